"""A Celery application with one task, which beat sends every two seconds."""
import time

from celery import Celery

app = Celery("tasks", broker="redis://127.0.0.1:6379/0")
app.conf.beat_schedule = {"tick": {"task": "tasks.tick", "schedule": 2.0, "args": (20, 22)}}


@app.task
def tick(a, b):
    time.sleep(1)  # long enough for a stop to find it at work: a warm shutdown lets it finish
    return a + b
