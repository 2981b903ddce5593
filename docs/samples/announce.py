"""数字应急平台怎样请隐患管家播一段话：写播报单，等到有人听到，取回执和声音。只用标准库。

用法：TOKEN=令牌 python announce.py http://10.0.0.8:8080 main "今天下午3点开会，请各镇街参加。"
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid

server, target, text = sys.argv[1:4]
HEADERS = {"Authorization": f"Bearer {os.environ['TOKEN']}", "Content-Type": "application/json"}


def ask(path, body=None, key=None):
    """接口的答复（字节）；服务器忙或没有连上就用同一个键再问，不会播两遍。"""
    data = None if body is None else json.dumps(body).encode()
    headers = HEADERS | ({"Idempotency-Key": key} if key else {})
    for pause_s in (1, 2, 4, 8, 16):
        try:
            request = urllib.request.Request(f"{server}/api/v1{path}", data, headers)
            return urllib.request.urlopen(request, timeout=20).read()
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503):
                sys.exit(f"{error.code} {json.load(error)['detail']}")
        except OSError as error:
            print("没有连上，再试：", error)
        time.sleep(pause_s)
    sys.exit("服务器一直没有答复")


sheet = json.loads(ask("/announcements", {"text": text, "targets": [target]}, str(uuid.uuid4())))
print(f"播报单 {sheet['id']}：{sheet['state']}")
while not sheet["heard"] and sheet["state"] in ("sent", "awaiting_approval"):
    time.sleep(1)
    sheet = json.loads(ask(f"/announcements/{sheet['id']}"))
for said in sheet["broadcasts"]:
    for receipt in json.loads(ask(f"/broadcasts/{said['id']}/receipts"))["items"]:
        print(receipt["at"], said["hall"], receipt["player"], receipt["event"])
    while not json.loads(ask(f"/broadcasts/{said['id']}"))["files"]["mp3"]:
        time.sleep(1)
    with open(f"{said['id']}.mp3", "wb") as sound:
        sound.write(ask(f"/broadcasts/{said['id']}/files/mp3"))
    print(f"声音：{said['id']}.mp3")
