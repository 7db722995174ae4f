"""A room of people: the folder that holds them, their code names, and the ways in."""
