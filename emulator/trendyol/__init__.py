"""The marketplace families, one package each, all of one shape. Families never import each other."""
