// The floor of every start-up figure: a script that does nothing.
