"""Records a client's calls to a real stage, or to any server, without what is personal or secret.

proxy.py forwards; redaction.py makes the entry of an exchange by what the documents say of each place
(personal_places.py), with tokens that keep joins (tokens.py) and a look at every text (scrubbing.py);
archive_file.py writes it so that it can be read at any moment.
Must not know: judges, profiles, worlds; the documents come to it as plain values.
"""
