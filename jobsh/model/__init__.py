"""The words of jobsh and their rules. Pure: no I/O, no asyncio, standard library only."""
