"""What every page of the back office stands on, the floors above too; it registers nothing."""
