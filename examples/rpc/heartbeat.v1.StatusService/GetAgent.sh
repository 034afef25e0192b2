curl -sS http://127.0.0.1:8080/heartbeat.v1.StatusService/GetAgent \
  -H 'content-type: application/json' \
  -d '{"agentId": "demo"}'
