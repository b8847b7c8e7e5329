"""What the state says: dated, cited values, one document per jurisdiction. Not legal advice."""
