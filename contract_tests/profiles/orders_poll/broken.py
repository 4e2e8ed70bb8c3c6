BROKEN = ()
