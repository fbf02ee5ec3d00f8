"""Samples a second of a training step of PyTorch on the networks of train_benchmark.cpp, printed in the same form.

Options: --model NAME --batch N --threads N --seconds S --windows N --channels-last --inference --qat
--qat prepares the network for quantization-aware training as PyTorch's eager mode does (fused convolution, batch norm and
ReLU, default settings of fbgemm: moving-average observers, weights per channel).
"""
import argparse
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


def conv(inputs, outputs, kernel, stride=1, padding=0, groups=1):
    return [nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False), nn.BatchNorm2d(outputs)]


def conv_relu(*args):
    return [*conv(*args), nn.ReLU()]


def head(channels, classes):
    return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes)]


def ds_cnn(dropout=0.0):
    # TensorFlow's "same" padding of a 10x4 window with stride 2 on 49x10.
    layers = [nn.ZeroPad2d((1, 1, 4, 5)), *conv_relu(1, 64, (10, 4), (2, 2))]
    layers += [nn.Dropout(dropout)] if dropout else []
    for _ in range(4):
        layers += [*conv_relu(64, 64, 3, 1, 1, 64), *conv_relu(64, 64, 1)]
    layers += [nn.Dropout(dropout)] if dropout else []
    return nn.Sequential(*layers, *head(64, 12))


class Residual(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.main = nn.Sequential(*conv_relu(inputs, outputs, 3, stride, 1), *conv(outputs, outputs, 3, 1, 1))
        changes = stride != 1 or inputs != outputs
        self.shortcut = nn.Sequential(*conv(inputs, outputs, 1, stride)) if changes else nn.Identity()

    def forward(self, x):
        return F.relu(self.main(x) + self.shortcut(x))


def resnet8():
    return nn.Sequential(*conv_relu(3, 16, 3, 1, 1), Residual(16, 16, 1), Residual(16, 32, 2), Residual(32, 64, 2), *head(64, 10))


def mobilenet():
    blocks = [(8, 16, 1), (16, 32, 2), (32, 32, 1), (32, 64, 2), (64, 64, 1), (64, 128, 2)]
    blocks += [(128, 128, 1)] * 5 + [(128, 256, 2), (256, 256, 1)]
    layers = conv_relu(3, 8, 3, 2, 1)
    for inputs, outputs, stride in blocks:
        layers += [*conv_relu(inputs, inputs, 3, stride, 1, inputs), *conv_relu(inputs, outputs, 1)]
    return nn.Sequential(*layers, *head(256, 2))


def auto_encoder():
    sizes = [640, 128, 128, 128, 128, 8, 128, 128, 128, 128]
    layers = []
    for inputs, outputs in zip(sizes[:-1], sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(128, 640))


MODELS = {
    "ds-cnn": (ds_cnn, (1, 49, 10), 12),
    "ds-cnn-dropout": (lambda: ds_cnn(0.2), (1, 49, 10), 12),
    "resnet8": (resnet8, (3, 32, 32), 10),
    "mobilenet-v1": (mobilenet, (3, 96, 96), 2),
    "auto-encoder": (auto_encoder, (640,), 640),
}


def prepare_qat(model):
    """Fuses runs of convolution, batch norm and ReLU, then puts observers and fake quantization everywhere."""
    import torch.ao.quantization as quantization
    model.train()
    for module in list(model.modules()):
        if not isinstance(module, nn.Sequential):
            continue
        names = list(dict(module.named_children()))
        kinds = [type(module[int(name)]) for name in names]
        for i, kind in enumerate(kinds):
            if kind in (nn.Conv2d, nn.Linear) and kinds[i + 1:i + 2] in ([nn.BatchNorm2d], [nn.BatchNorm1d]):
                last = i + 3 if kinds[i + 2:i + 3] == [nn.ReLU] else i + 2
                quantization.fuse_modules_qat(module, names[i:last], inplace=True)
    model = nn.Sequential(quantization.QuantStub(), model, quantization.DeQuantStub())
    model.train()
    model.qconfig = quantization.get_default_qat_qconfig("fbgemm")
    return quantization.prepare_qat(model)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="ds-cnn", choices=MODELS)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=2.5)
    parser.add_argument("--windows", type=int, default=5)
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--inference", action="store_true")
    parser.add_argument("--qat", action="store_true")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    torch.set_flush_denormal(True)
    make, shape, classes = MODELS[options.model]
    layout = torch.channels_last if options.channels_last and len(shape) == 3 else torch.contiguous_format
    model = make()
    if options.qat:
        model = prepare_qat(model)
    model = model.to(memory_format=layout)
    inputs = [torch.randn(options.batch, *shape).to(memory_format=layout) for _ in range(8)]
    labels = [torch.randint(0, classes, (options.batch,)) for _ in range(8)]
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, foreach=True)
    if options.inference:
        model.eval()

    def step(i):
        if options.inference:
            with torch.inference_mode():
                return model(inputs[i % 8])
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(inputs[i % 8]), labels[i % 8])
        loss.backward()
        optimizer.step()
        return loss

    done = 0
    for done in range(6):
        step(done)
    rates, cpu_us = [], []
    for _ in range(options.windows):
        start, cpu, samples = time.perf_counter(), time.process_time(), 0
        while time.perf_counter() - start < options.seconds / options.windows:
            done += 1
            step(done)
            samples += options.batch
        rates.append(samples / (time.perf_counter() - start))
        cpu_us.append((time.process_time() - cpu) / samples * 1e6)
    rates.sort()
    name = f"torch-{torch.__version__.split('+')[0]}{'-channels-last' if options.channels_last else ''}"
    kind = "infer" if options.inference else "qat" if options.qat else "train"
    print(f"{name} {options.model} {kind} b={options.batch} t={options.threads} best={rates[-1]:.0f}/s "
          f"med={rates[len(rates) // 2]:.0f}/s cpu_us/sample={min(cpu_us):.1f}")


if __name__ == "__main__":
    main()
