"""One record for every human, whatever parts they play, with or without phone or account."""
