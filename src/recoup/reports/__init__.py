"""Reports: frames become one table, on screen, as CSV or as a workbook."""
