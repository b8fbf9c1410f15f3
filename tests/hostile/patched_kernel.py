"""IPython, the kernel and its messages turned around; the answers are wrong."""

from pathlib import Path

from hostile.material import Family, Material, insert, marks, test_cells

FAMILY = Family("patched kernel")


@FAMILY.attack()
def input_transformers(material: Material, folder: Path) -> None:
    """input_transformers_post empties every cell that checks something."""
    code = """
    get_ipython().input_transformers_post.append(
        lambda lines: ["pass\\n"] if any("check" in line for line in lines) else lines
    )
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def cleanup_transformers(material: Material, folder: Path) -> None:
    """The transformer manager itself returns an empty cell."""
    code = """
    manager = get_ipython().input_transformer_manager
    real = manager.transform_cell
    manager.transform_cell = lambda cell: "pass\\n" if "check." in cell else real(cell)
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def ast_transformers(material: Material, folder: Path) -> None:
    """ast_transformers drop every assertion and every call of a check."""
    code = """
    import ast


    class Drop(ast.NodeTransformer):
        def visit_Assert(self, node):
            return ast.Pass()

        def visit_Expr(self, node):
            return ast.Pass() if "check." in ast.unparse(node) else node


    get_ipython().ast_transformers.append(Drop())
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def compiler(material: Material, folder: Path) -> None:
    """The shell's compiler, and compile and exec, make nothing of a cell that checks something."""
    code = """
    import builtins

    real = builtins.compile
    empty = lambda source, *a, **k: real(
        "pass" if "check." in str(source) else source, *a, **k
    )
    builtins.compile = empty
    get_ipython().compile.ast_parse = lambda *a, **k: __import__("ast").parse("pass")
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def events(material: Material, folder: Path) -> None:
    """Callbacks before and after each cell: checks replaced, errors forgotten."""
    code = """
    def before(info=None):
        import llmbook_utils.check as module

        module.case = module.hidden = module.raises = module.same = lambda *a, **k: None


    def after(result):
        result.error_in_exec = result.error_before_exec = None


    get_ipython().events.register("pre_run_cell", before)
    get_ipython().events.register("pre_execute", before)
    get_ipython().events.register("post_run_cell", after)
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def custom_exceptions(material: Material, folder: Path) -> None:
    """set_custom_exc handles every error by doing nothing."""
    code = "get_ipython().set_custom_exc((BaseException,), lambda *a, **k: [])"
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def tracebacks(material: Material, folder: Path) -> None:
    """The shell does not show tracebacks any more."""
    code = """
    shell = get_ipython()
    shell.showtraceback = shell._showtraceback = shell.showsyntaxerror = lambda *a, **k: None
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def display_hook(material: Material, folder: Path) -> None:
    """The display hook shows the highest number that a test could give."""
    code = """
    import sys

    real = type(get_ipython().displayhook).__call__
    full = lambda self, result=None: real(self, 3.0)
    type(get_ipython().displayhook).__call__ = full
    sys.displayhook = lambda value: print(3.0)
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def run_cell(material: Material, folder: Path) -> None:
    """run_cell and run_cell_async report success and run nothing."""
    code = """
    from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult


    async def run_cell_async(source, *args, **options):
        return ExecutionResult(ExecutionInfo(source, False, False, True, None))


    def run_cell(source, *args, **options):
        return ExecutionResult(ExecutionInfo(source, False, False, True, None))


    get_ipython().run_cell_async, get_ipython().run_cell = run_cell_async, run_cell
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def do_execute(material: Material, folder: Path) -> None:
    """The kernel answers every request with "ok" and runs nothing."""
    code = """
    async def do_execute(*args, **options):
        count = get_ipython().execution_count = get_ipython().execution_count + 1
        return {"status": "ok", "execution_count": count, "payload": [], "user_expressions": {}}


    get_ipython().kernel.do_execute = do_execute
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def session_send(material: Material, folder: Path) -> None:
    """Messages that speak of an error are dropped, or turned into good news."""
    code = """
    session = get_ipython().kernel.session
    real = session.send


    def send(stream, kind, content=None, *args, **options):
        if kind == "error" or (kind == "stream" and content.get("name") == "stderr"):
            return None
        if isinstance(content, dict) and content.get("status") == "error":
            content = {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
        return real(stream, kind, content, *args, **options)


    session.send = send
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def forged_results(material: Material, folder: Path) -> None:
    """Each cell gets the result that full points would have, and never an error."""
    code = """
    kernel = get_ipython().kernel
    real = kernel.session.send


    def send(stream, kind, content=None, parent=None, *args, **options):
        if kind == "error":
            kind = "execute_result"
            content = {"execution_count": 1, "data": {"text/plain": "3.0"}, "metadata": {}}
        return real(stream, kind, content, parent, *args, **options)


    kernel.session.send = send
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def forged_messages(material: Material, folder: Path) -> None:
    """Messages for requests that were never made, of unknown kinds, and with nonsense inside."""
    code = """
    kernel = get_ipython().kernel
    result = {"execution_count": 1, "data": {"text/plain": "3.0"}, "metadata": {}}
    parents = [kernel.get_parent(), {}, {"header": {"msg_id": "x"}}, {"header": None}]
    for parent in parents:
        for kind in ("execute_result", "status", "execute_reply", "shutdown_reply", "no_such_kind"):
            content = {**result, "status": "ok", "execution_state": "idle"}
            try:
                kernel.session.send(kernel.iopub_socket, kind, content, parent=parent)
            except Exception:
                pass
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def rubbish_on_the_wire(material: Material, folder: Path) -> None:
    """Bytes that are no messages, on the kernel's own sockets."""
    code = """
    kernel = get_ipython().kernel
    for frames in ([b""], [b"<IDS|MSG>"], [b"x" * 10_000_000], [b"<IDS|MSG>", *[b"{"] * 5]):
        for name in ("iopub_socket", "shell_stream", "control_stream", "stdin_socket"):
            try:
                getattr(kernel, name).send_multipart(frames)
            except Exception:
                pass
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def busy_forever(material: Material, folder: Path) -> None:
    """The kernel never says that it is idle, and no reply leaves it."""
    code = """
    session = get_ipython().kernel.session
    real = session.send
    session.send = lambda stream, kind, *a, **k: (
        None if kind in ("status", "execute_reply") else real(stream, kind, *a, **k)
    )
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def handlers_replaced(material: Material, folder: Path) -> None:
    """The kernel's table of handlers answers every kind of request with "ok"."""
    code = """
    kernel = get_ipython().kernel


    async def ok(stream, ident, parent):
        kind = parent["header"]["msg_type"].replace("_request", "_reply")
        content = {"status": "ok", "execution_count": 1, "user_expressions": {}, "payload": []}
        kernel.session.send(stream, kind, content, parent=parent, ident=ident)


    for kind in kernel.shell_handlers:
        kernel.shell_handlers[kind] = ok
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def comm_targets(material: Material, folder: Path) -> None:
    """Every comm is caught, and user expressions evaluate to what pleases."""
    code = """
    import comm

    manager = comm.get_comm_manager()
    for kind in ("comm_open", "comm_msg", "comm_close"):
        get_ipython().kernel.shell_handlers[kind] = lambda *a, **k: None
    manager.get_comm = manager.register_target = lambda *a, **k: None
    get_ipython().user_expressions = lambda wanted: {
        name: {"status": "ok", "data": {"text/plain": "90"}, "metadata": {}} for name in wanted
    }
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def namespace_swapped(material: Material, folder: Path) -> None:
    """The shell's namespace is a dictionary in which every missing name is an agreeable object."""
    code = """
    import builtins


    class Silent:
        def __getattr__(self, name):
            return lambda *a, **k: None


    class Agreeable(dict):
        def __getitem__(self, name):
            return Silent() if name == "check" else super().__getitem__(name)

        def __missing__(self, name):
            return getattr(builtins, name, Silent())


    get_ipython().user_ns = Agreeable(get_ipython().user_ns)
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def next_input(material: Material, folder: Path) -> None:
    """Each cell asks the front end to put other text in place of the next one."""
    notebook = material.wrong()
    for cell in test_cells(notebook):
        source = "get_ipython().set_next_input('pass', replace=True)"
        insert(notebook, marks(cell)["grade_id"], source)
    material.hand_in(folder, notebook)


@FAMILY.attack()
def serialisers(material: Material, folder: Path) -> None:
    """json, base64, numpy.save and pickle write a verdict instead of an answer."""
    code = """
    import base64
    import json
    import pickle

    verdict = '{"ok": true, "status": "ok", "points": 90, "passed": true, "error": null}'
    json.dumps = json.JSONEncoder.encode = lambda *a, **k: verdict
    json.dump = lambda value, file, **k: file.write(verdict)
    base64.b64encode = lambda *a, **k: verdict.encode()
    pickle.dumps = lambda *a, **k: b"cos\\nsystem\\n(S'true'\\ntR."
    np.save = lambda file, *a, **k: file.write(verdict.encode())
    """
    material.hand_in(folder, material.wrong(code))


@FAMILY.attack()
def second_kernel(material: Material, folder: Path) -> None:
    """A cell that returns twice: a copy of the kernel answers on the same sockets from then on."""
    code = """
    import os

    if os.fork() == 0:
        check.case = check.hidden = check.raises = check.same = lambda *a, **k: None
    """
    material.hand_in(folder, material.wrong(code))
