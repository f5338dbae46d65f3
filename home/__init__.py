"""The front door: public pages, the portal's home, search and the demo."""
