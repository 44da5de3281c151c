"""One module a format of earthquake catalogues; `registry` lists them."""
