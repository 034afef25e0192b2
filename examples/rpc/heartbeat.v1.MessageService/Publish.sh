curl -sS http://127.0.0.1:8080/heartbeat.v1.MessageService/Publish \
  -H 'content-type: application/json' \
  -d "{\"message\": {\"subject\": \"tasks.new\", \"data\": \"$(printf 'import it' | base64)\"}}"
