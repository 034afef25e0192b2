printf '\0\0\0\0\023{"agentId": "demo"}' | curl -sSN http://127.0.0.1:8080/heartbeat.v1.StatusService/WatchBeats \
  -H 'content-type: application/connect+json' --data-binary @-
