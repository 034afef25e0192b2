curl -sS http://127.0.0.1:8080/heartbeat.v1.AlertService/EndSilence \
  -H 'content-type: application/json' \
  -d "{\"silenceId\": \"$SILENCE\"}"
