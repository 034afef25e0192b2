curl -sS http://127.0.0.1:8080/heartbeat.v1.ControlService/PauseAgent \
  -H 'content-type: application/json' \
  -d '{"agentId": "demo", "pauseFor": "3600s", "reason": "new disks"}'
