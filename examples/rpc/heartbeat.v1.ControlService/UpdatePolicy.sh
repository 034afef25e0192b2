curl -sS http://127.0.0.1:8080/heartbeat.v1.ControlService/UpdatePolicy \
  -H 'content-type: application/json' \
  -d '{"agentId": "demo", "policy": {"interval": "5s", "maxMissedBeats": 6}}'
