"""Runs: jobs that the service carries out, one after another, whatever happens to it meanwhile.

A run is a row of a table (`store`) and a folder of its own (`files`). A caller orders it (`orders`); a service takes the next one
(`runner`) and lets a process print it (`process`), as `docgen batch --resume` does. A service that dies leaves a row whose holder
says no more; another one, or the same after its restart, takes it over and goes on.
"""
