curl -sS http://127.0.0.1:8080/heartbeat.v1.StatusService/ListAgents \
  -H 'content-type: application/json' \
  -d '{"states": ["AGENT_STATE_SUSPECT", "AGENT_STATE_DOWN"], "orderBy": "last_beat desc"}'
