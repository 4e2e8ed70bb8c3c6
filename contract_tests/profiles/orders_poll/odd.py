ODD = ()
