using Init.Config;
using Xunit;

namespace Init.Unit.Config;

/// <summary>A directory of configuration files of its own, read with a small environment that a test knows.</summary>
internal sealed class ConfigFile : IDisposable
{
    internal ConfigFile()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("init-config-").FullName;
        Environment = new Dictionary<string, string> { ["HOME"] = Directory, ["COLOUR"] = "blue%s" };
    }

    internal string Directory { get; }

    internal string Path => System.IO.Path.Combine(Directory, "s.conf");

    internal Dictionary<string, string> Environment { get; }

    internal CommandLineValues CommandLine { get; set; } = new();

    internal bool ContainerMode { get; set; }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    internal string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Directory, name);
        System.IO.Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    internal Configuration Read(string text)
    {
        Write("s.conf", text);
        return ReadFile(Path);
    }

    internal Configuration ReadFile(string path) => ConfigurationReader.Read(path, CommandLine, ContainerMode, Environment, Directory);

    /// <summary>The configuration of a text that needs no file beside it.</summary>
    internal static Configuration Of(string text)
    {
        using var file = new ConfigFile();
        return file.Read(text);
    }

    /// <summary>What is wrong with a text, with the file's path shown as FILE.</summary>
    internal static string ErrorOf(string text)
    {
        using var file = new ConfigFile();
        return file.Error(text);
    }

    internal string Error(string text) =>
        Assert.Throws<ConfigException>(() => Read(text)).Message.Replace(Path, "FILE").Replace(Directory, "DIR");

    /// <summary>[supervisord] with these lines in it.</summary>
    internal static SupervisordConfig Supervisord(string lines) => Of($"[supervisord]\n{lines}\n").Supervisord;

    internal static string SupervisordError(string lines) => ErrorOf($"[supervisord]\n{lines}\n");

    /// <summary>The processes of a [program:foo] that has a command and these lines.</summary>
    internal static IReadOnlyList<ProcessConfig> Processes(string lines) => Of(Program(lines)).Groups[0].Processes;

    internal static ProcessConfig Process(string lines) => Assert.Single(Processes(lines));

    internal static string Program(string lines) => $"[supervisord]\n[program:foo]\ncommand=/bin/cat\n{lines}\n";

    /// <summary>The error without its suffix, which is the same for all of them.</summary>
    internal static string ProgramError(string lines)
    {
        const string Suffix = " in section 'program:foo' (file: 'FILE')";
        var error = ErrorOf(Program(lines));
        Assert.EndsWith(Suffix, error);
        return error[..^Suffix.Length];
    }
}
