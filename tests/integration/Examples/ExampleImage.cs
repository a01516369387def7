using Init.Integration.Harness;
using Xunit;

namespace Init.Integration.Examples;

/// <summary>The image of a folder of docker/examples, built once with the binary under test in place of the image named init.</summary>
public abstract class ExampleImage
{
    private static readonly Lazy<string> _init = new(ImportInit);

    protected ExampleImage(string example)
    {
        Name = "localhost/init-test-" + example;
        var context = Path.Combine(Repository.Root, "docker", "examples", example);
        var original = File.ReadAllText(Path.Combine(context, "Dockerfile"));
        Assert.Contains("--from=init ", original, StringComparison.Ordinal);
        var dockerfile = Path.GetTempFileName();
        File.WriteAllText(dockerfile, original.Replace("--from=init ", $"--from={_init.Value} "));
        using var build = Child.Start([Engine.Command, "build", "--network", "host", "--tag", Name, "--file", dockerfile, context]);
        var exit = build.WaitForExit(TimeSpan.FromMinutes(5));
        File.Delete(dockerfile);
        if (exit is not { Code: 0 })
            throw new InvalidOperationException($"the example does not build\n{build.Output}\n{build.Error}");
    }

    public string Name { get; }

    private static string ImportInit()
    {
        var folder = Directory.CreateTempSubdirectory("init-example-").FullName;
        var links = Directory.CreateDirectory(Path.Combine(folder, "links")).FullName;
        File.Copy(Implementation.Ours.PathOf("init"), links + "/init");
        foreach (var name in new[] { "supervisord", "supervisorctl", "echo_supervisord_conf", "pidproxy" })
            File.CreateSymbolicLink(Path.Combine(links, name), "init");
        var image = Engine.ImageOf("localhost/init-test-links", links);
        Directory.Delete(folder, recursive: true);
        return image;
    }
}
