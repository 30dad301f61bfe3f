"""Addresses: ``/advisories/`` (`public`), ``/report/`` (`intake`) and ``/reports/`` (`reports`)."""
