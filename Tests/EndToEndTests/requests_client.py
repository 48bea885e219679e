"""A client of requests over HTTP, as users of poly-lithic have it: it says on one line what it found."""
import http.client
import json
import sys
import threading
import time

PORT = int(sys.argv[1])


def call(method, path, body=None):
    connection = http.client.HTTPConnection('127.0.0.1', PORT, timeout=20)
    headers = {'Content-Type': 'application/json'} if body is not None else {}
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, json.loads(text)


def wait(job, limit=20):
    end = time.monotonic() + limit
    while time.monotonic() < end:
        status, record = call('GET', f'/jobs/{job}')
        assert status == 200, record
        if record['status'] in ('completed', 'failed'):
            return record
        time.sleep(0.002)
    raise SystemExit(f'{job} is not done: {record}')


wrong = []
done = []


def client(number):
    for each in range(50):
        jobs = [
            {'job_id': f'{number}-{each}-{part}', 'variables': {
                'BM:A': {'value': number * 1000 + each}, 'BM:B': {'value': part}}}
            for part in range(4)
        ]
        status, accepted = call('POST', '/jobs', {'jobs': jobs})
        assert status == 200 and len(accepted['accepted']) == 4, accepted
        for job in jobs:
            record = wait(job['job_id'])
            a, b = (job['variables'][name]['value'] for name in ('BM:A', 'BM:B'))
            if record['outputs']['BM:S']['value'] != a * 2 + 10 + b + 120:
                wrong.append(record)
            done.append(record)


start = time.monotonic()
threads = [threading.Thread(target=client, args=(number,)) for number in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
took = time.monotonic() - start
# A part of the inputs: the others keep what they had.
call('POST', '/submit', {'job_id': 'both', 'variables': {'BM:A': {'value': 1}, 'BM:B': {'value': 2}}})
wait('both')
call('POST', '/submit', {'job_id': 'part', 'variables': {'BM:A': {'value': 5}}})
part = wait('part')
found = {
    'done': len(done), 'wrong': len(wrong), 'part': part['outputs']['BM:S']['value'],
    'read-only': call('POST', '/submit', {'variables': {'BM:S': {'value': 1}}})[0],
    'health': call('GET', '/health')[1]['status'], 'inputs': call('GET', '/settings')[1]['inputs'],
    'values': call('POST', '/get', {'variables': ['BM:S', 'BM:W']})[1]['values'],
}
print(json.dumps(found))
print(f'{len(done) / took:.0f} requests a second', file=sys.stderr)
