#!/usr/bin/env python3
"""What LiteRT's reference kernels and TensorFlow Lite Micro answer for .tflite models, as raw bytes.

Needs the wheels ai-edge-litert and tflite-micro. For each FOLDER/<stem>.tflite with FOLDER/<stem>.inputs.bin (records of
input 0, one after the other) it writes FOLDER/<stem>.<engine>.outputs.bin and FOLDER/<stem>.<engine>.layers.bin (the
outputs of every operator in execution order, record by record) for the engines litert and tflm.

  litert_tflm.py FOLDER            all models of a folder
  litert_tflm.py --arena MODEL…    TFLM's arena bytes on this machine, one line "bytes path" a model
"""

import argparse
import os
import pathlib
import re
import sys
import tempfile

import numpy
from ai_edge_litert import interpreter as litert
from ai_edge_litert import schema_py_generated as schema
from tflite_micro.python.tflite_micro import runtime as tflm

ARENA_BYTES = 8 << 20


def operator_outputs(model_bytes):
    """Tensor indices of every operator's outputs, in execution order."""
    graph = schema.Model.GetRootAsModel(model_bytes, 0).Subgraphs(0)
    operators = (graph.Operators(i) for i in range(graph.OperatorsLength()))
    return [int(index) for operator in operators for index in operator.OutputsAsNumpy()]


class LiteRt:
    name = "litert"

    def __init__(self, model_bytes):
        # The reference resolver: the default kernels of a desktop round once, TFLM rounds twice. Dense layers round once
        # even here (measured with 1.4.0 to 2.3.0), so that about 0.1 % of their values differ by one.
        self.interpreter = litert.Interpreter(
            model_content=model_bytes,
            experimental_op_resolver_type=litert.OpResolverType.BUILTIN_REF,
            experimental_preserve_all_tensors=True,
        )
        self.interpreter.allocate_tensors()
        self.input = self.interpreter.get_input_details()[0]
        self.output = self.interpreter.get_output_details()[0]

    def shape(self):
        return self.input["shape"]

    def dtype(self):
        return self.input["dtype"]

    def run(self, values):
        self.interpreter.set_tensor(self.input["index"], values)
        self.interpreter.invoke()
        return self.interpreter.get_tensor(self.output["index"])

    def tensor(self, index):
        return self.interpreter.get_tensor(index)


class Tflm:
    name = "tflm"

    def __init__(self, model_bytes):
        self.interpreter = tflm.Interpreter.from_bytes(
            model_bytes,
            arena_size=ARENA_BYTES,
            intrepreter_config=tflm.InterpreterConfig.kPreserveAllTensors,
        )

    def shape(self):
        return self.interpreter.get_input_details(0)["shape"]

    def dtype(self):
        return self.interpreter.get_input_details(0)["dtype"]

    def run(self, values):
        self.interpreter.set_input(values, 0)
        self.interpreter.invoke()
        return self.interpreter.get_output(0)

    def tensor(self, index):
        return self.interpreter.GetTensor(index, 0)["tensor_data"]


def run_model(path):
    model_bytes = path.read_bytes()
    raw = numpy.fromfile(path.with_suffix(".inputs.bin"), dtype=numpy.int8)
    layers = operator_outputs(model_bytes)
    for engine in (LiteRt(model_bytes), Tflm(model_bytes)):
        inputs = raw.view(engine.dtype())
        records = inputs.reshape((-1, *engine.shape()))
        with open(path.with_suffix(f".{engine.name}.outputs.bin"), "wb") as outputs, open(
            path.with_suffix(f".{engine.name}.layers.bin"), "wb"
        ) as layer_file:
            for record in records:
                outputs.write(engine.run(record).tobytes())
                for index in layers:
                    layer_file.write(numpy.asarray(engine.tensor(index)).tobytes())


def arena_bytes(path):
    """TFLM reports its allocations on the error stream only, so that stream is caught in a file."""
    interpreter = tflm.Interpreter.from_file(str(path), arena_size=ARENA_BYTES)
    interpreter.set_input(numpy.zeros(interpreter.get_input_details(0)["shape"], numpy.int8), 0)
    interpreter.invoke()
    with tempfile.TemporaryFile() as caught:
        kept = os.dup(2)
        os.dup2(caught.fileno(), 2)
        interpreter.print_allocations()
        os.dup2(kept, 2)
        os.close(kept)
        caught.seek(0)
        report = caught.read().decode()
    return int(re.search(r"Arena allocation total (\d+) bytes", report).group(1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=pathlib.Path)
    parser.add_argument("--arena", action="store_true", help="print TFLM's arena bytes instead of running")
    arguments = parser.parse_args()
    if arguments.arena:
        for path in arguments.paths:
            print(arena_bytes(path), path)
        return 0
    for folder in arguments.paths:
        for path in sorted(folder.glob("*.tflite")):
            run_model(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
