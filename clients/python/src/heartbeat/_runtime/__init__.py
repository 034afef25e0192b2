"""The runtime behind `heartbeat.Agent`. Nothing in here is public: import from `heartbeat`."""
