curl -sS http://127.0.0.1:8080/heartbeat.v1.ControlService/RegisterAgent \
  -H 'content-type: application/json' \
  -d '{"agentId": "demo", "labels": {"team": "data"}, "policy": {"interval": "10s"}}'
