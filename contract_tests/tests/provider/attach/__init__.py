"""Programs that name the vendor's hosts meet a stage: exec, doctor, check --attach, serve --tls."""
