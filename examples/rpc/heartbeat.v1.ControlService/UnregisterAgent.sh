curl -sS http://127.0.0.1:8080/heartbeat.v1.ControlService/UnregisterAgent \
  -H 'content-type: application/json' \
  -d '{"agentId": "demo", "reason": "replaced by demo-2"}'
