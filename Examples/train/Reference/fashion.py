"""The models of `train fashion` in PyTorch, with the same settings: python fashion.py lenet --epochs 5

It prints the same lines as `train fashion`, and in the end the seconds that it took.
"""

import argparse
import gzip
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

parser = argparse.ArgumentParser()
parser.add_argument("model", choices=["softmax", "mlp", "lenet", "resnet"])
parser.add_argument("--epochs", type=int, default=10)
parser.add_argument("--batch-size", type=int, default=128)
parser.add_argument("--learning-rate", type=float, default=0.005)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--threads", type=int, default=torch.get_num_threads())
parser.add_argument("--folder", default="/usr/share/datasets/fashion-mnist")
arguments = parser.parse_args()


class Residual(nn.Module):
    def __init__(self, before, channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(before, channels, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.norm1, self.norm2 = nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)
        self.shortcut = nn.Identity() if stride == 1 else nn.Sequential(
            nn.Conv2d(before, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        return F.relu(self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x))))) + self.shortcut(x))


def network(name):
    if name == "softmax":
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    if name == "mlp":
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Dropout(0.2), nn.Linear(256, 10))
    if name == "lenet":
        return nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
        Residual(32, 32), Residual(32, 64, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def load(part):
    def read(name, header):
        with gzip.open(f"{arguments.folder}/{part}-{name}.gz") as file:
            return np.frombuffer(file.read(), np.uint8, offset=header)
    images = torch.tensor(read("images-idx3-ubyte", 16).reshape(-1, 1, 28, 28)).float() / 255
    return images, torch.tensor(read("labels-idx1-ubyte", 8)).long()


torch.manual_seed(arguments.seed)
torch.set_num_threads(arguments.threads)
(images, labels), (test_images, test_labels) = load("train"), load("t10k")
model = network(arguments.model)
for name, parameter in model.named_parameters():
    if name.endswith("bias"):
        nn.init.zeros_(parameter)
start = time.time()
steps = arguments.epochs * -(-len(images) // arguments.batch_size)
optimizer = torch.optim.AdamW(model.parameters(), arguments.learning_rate, weight_decay=0.01)
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, arguments.learning_rate, steps, cycle_momentum=False)
for epoch in range(1, arguments.epochs + 1):
    total, begin = 0.0, time.time()
    model.train()
    for batch in torch.randperm(len(images)).split(arguments.batch_size):
        loss = F.cross_entropy(model(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        total += loss.item() * len(batch)
    model.eval()
    with torch.no_grad():
        parts = zip(test_images.split(500), test_labels.split(500))
        right = sum((model(x).argmax(1) == y).sum().item() for x, y in parts)
    print(f"epoch {epoch}/{arguments.epochs}  loss {total / len(images):.4f}  test accuracy "
          f"{right / len(test_labels):.4f}  {time.time() - begin:.1f} s", flush=True)
print(f"{time.time() - start:.1f} s in all, {time.process_time():.1f} s of processors")
