curl -sS http://127.0.0.1:8080/heartbeat.v1.AlertService/CreateSilence \
  -H 'content-type: application/json' \
  -d '{"silence": {"idPrefix": "demo", "reason": "new disks"}, "silenceFor": "7200s"}'
