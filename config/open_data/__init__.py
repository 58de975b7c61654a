"""开放数据: everything that the API gives out, as files to take home; written at night, served at ``/data/``."""
