"""文书: the letters of a case. One declaration a letter: its title, article, what is asked for, and its wording."""
