"""更新监测、自查: what an inspection of the column would find, asked of our own records."""
