"""What a citizen does on the portal: ask, follow the answer, report a fault. Applicants see their own case only."""
