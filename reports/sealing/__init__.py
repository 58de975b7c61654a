"""The digest and the electronic seal of an issued report, and how anyone checks them."""
