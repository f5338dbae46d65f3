"""The screens of patients in the admin: the list, one record and every act on it, duplicates."""
