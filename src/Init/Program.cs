using Init.Cli;
using Init.Os;

OwnStart.HasBegun();
Descriptors.EnsureStandard();

// One binary, many names: what it does depends on the name it is called under, or on its first word.
var arguments = ProcessEnvironment.Arguments;
var words = arguments.Skip(1).ToList();
var program = arguments.Count > 0 ? arguments[0] : "init";
var name = Path.GetFileName(program);

try
{
    return Run();
}
catch (SyscallException e)
{
    // A kernel or a filter that lacks a call without which nothing goes: a line, and no trace.
    Descriptors.WriteAll(2, PosixText.Bytes($"{name}: {e.Message}\n"));
    return ExitStatus.Failure;
}

int Run() => name switch
{
    "supervisord" => SupervisordCommand.Run(program, words, containerMode: Children.OwnPid == 1),
    "supervisorctl" => SupervisorctlCommand.Run(program, words),
    "echo_supervisord_conf" => SampleConfiguration.Print(),
    "pidproxy" => PidProxy.Run(program, words),
    _ => words switch
    {
        ["supervisord", .. var rest] => SupervisordCommand.Run("supervisord", rest, containerMode: Children.OwnPid == 1),
        ["ctl" or "supervisorctl", .. var rest] => SupervisorctlCommand.Run("supervisorctl", rest),
        ["pidproxy", .. var rest] => PidProxy.Run("pidproxy", rest),
        ["echo_supervisord_conf", ..] => SampleConfiguration.Print(),
        ["check", .. var rest] => SupervisordCommand.Run(program, ["--check", .. rest], containerMode: true),
        ["-h" or "--help" or "-?", ..] => InitCommand.Run(["--help"]),
        _ when words.Contains("--") => InitCommand.Run(words),
        _ => SupervisordCommand.Run(program, words, containerMode: true),
    },
};
