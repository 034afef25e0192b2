"""The interfaces of older heartbeat systems, on top of Heartbeat.

Programs that were written for one of them change an import, and are watched by a Heartbeat server:

- `heartbeat.compat.artcafe`: an agent that beats, handles messages and publishes them;
- `heartbeat.compat.gateway`: a gateway that registers an agent around each request;
- `heartbeat.compat.sessions`: sessions that are watched for their beats.

docs/clients/seeds.md tells for each what maps to what, and what differs.
"""
