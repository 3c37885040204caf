"""Files on an engine: the same sources, readers and account as on one machine, with Ray Data between them.

places (where files are) ──▶ reading (file to Arrow tables) ──▶ arrow.clean_batches ──▶ writing (parts and accounts)
                              all of it put together for Ray in `raydata`, and for a whole run in `run`
"""
