using System.Collections;
using System.Reflection;
using Init.Config;
using Init.Events;
using Init.Os;
using Init.Unit.Processes;
using Xunit;

namespace Init.Unit.Config;

public class GroupComparisonTests
{
    /// <summary>What Supervisor does not compare .</summary>
    private static readonly string[] _unseen = [nameof(ProcessConfig.Socket)];

    private static readonly List<KeyValuePair<string, string>> _none = [];

    /// <summary>With a value for what may be null as a rule, and lists of its own each time.</summary>
    private static ProcessConfig Program() => MachineTestbed.Program(config => config with
    {
        Stdout = File("/var/log/out"),
        Stderr = File("/var/log/err"),
        ExitCodes = [0, 2],
        Environment = [new("A", "1"), new("B", "2")],
        Output = config.Output with { },
    });

    private static StreamConfig File(string path) => new()
    {
        Target = LogTarget.File,
        Path = path,
        MaxBytes = 100,
        Backups = 2,
        CaptureMaxBytes = 0,
        EventsEnabled = false,
        Syslog = false,
    };

    private static StreamConfig Auto => File("") with { Target = LogTarget.Auto, Path = null };

    private static GroupConfig Group(params ProcessConfig[] processes) =>
        new() { Name = "foo", Priority = 999, Kind = GroupKind.Programs, Processes = processes };

    private static bool Differ(GroupConfig running, GroupConfig next) => GroupComparison.Differ(running, _none, next, _none);

    private static bool Differ(ProcessConfig running, ProcessConfig next) => Differ(Group(running), Group(next));

    [Fact]
    public void A_group_that_was_read_twice_has_not_changed()
    {
        var listener = new EventListenerConfig(10, [EventType.Tick5, EventType.ProcessState], "supervisor.dispatchers:default_handler");
        var other = listener with { Events = [EventType.ProcessState, EventType.Tick5] };
        Assert.False(Differ(Program(), Program()));
        Assert.False(Differ(Group(Program()) with { EventListener = listener }, Group(Program()) with { EventListener = other }));
    }

    /// <summary>Found by reflection, so that an option added later cannot be forgotten.</summary>
    public static TheoryData<string> Options() => [.. Paths(typeof(ProcessConfig))];

    private static IEnumerable<string> Paths(Type type) =>
        from property in type.GetProperties()
        where !_unseen.Contains(property.Name)
        from rest in property.PropertyType == typeof(StreamConfig) || property.PropertyType == typeof(OutputConfig) ? Paths(property.PropertyType) : [""]
        select rest.Length == 0 ? property.Name : $"{property.Name}.{rest}";

    [Theory]
    [MemberData(nameof(Options))]
    public void Any_option_of_a_process_changes_its_group(string option)
    {
        var (before, after) = (Program(), Program());
        Change(after, option.Split('.'));
        Assert.True(Differ(before, after), $"{option} is not seen to change");
        Assert.True(Differ(after, before), $"{option} is not seen to change back");
    }

    private static void Change(object owner, string[] path)
    {
        var property = owner.GetType().GetProperty(path[0])!;
        var value = property.GetValue(owner);
        if (path.Length == 1)
        {
            property.SetValue(owner, Another(property, value));
            return;
        }
        object copy = value is StreamConfig stream ? stream with { } : (OutputConfig)value! with { };
        Change(copy, path[1..]);
        property.SetValue(owner, copy);
    }

    private static object Another(PropertyInfo property, object? value) => (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) switch
    {
        var type when type == typeof(string) => value + "x",
        var type when type == typeof(int) => (int?)value + 1 ?? 18,
        var type when type == typeof(long) => (long)value! + 1,
        var type when type == typeof(bool) => !(bool)value!,
        var type when type == typeof(LogTarget) => LogTarget.None, // AUTO is another matter
        { IsEnum: true } type => Enum.GetValues(type).Cast<object>().First(other => !other.Equals(value)),
        var type when type == typeof(UserIdentity) => new UserIdentity("nobody", 65534, 65534),
        var type when type == typeof(IReadOnlyList<int>) => new[] { 0, 3 },
        var type when type == typeof(ChildLimits) => new ChildLimits { Nice = 1 },
        var type when type == typeof(UpkeepConfig) => new UpkeepConfig { Schedule = new Schedule.Cron(CronReader.Read("@daily"), null) },
        var type when type == typeof(ReadyWhen) => new ReadyWhen.Descriptor(3),
        var type when type == typeof(Probe) => new Probe.File("/run/up"),
        var type when type == typeof(HealthcheckConfig) => new HealthcheckConfig(new Probe.File("/run/up"), 30, 5, 3, 0, OnUnhealthy.None),
        var type when type == typeof(RestartBackoff) => new RestartBackoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30)),
        var type when type == typeof(CommandText) => new CommandText("/bin/true", null),
        var type when type == typeof(SecretCommand) => new SecretCommand("cat", new SecretFiles("/")),
        var type when type == typeof(IReadOnlyList<EnvironmentFile>) => new[] { new EnvironmentFile("/etc/environment", false) },
        var type when type == typeof(IReadOnlyList<Dependency>) => new[] { new Dependency("redis", DependencyCondition.Ready) },
        var type when typeof(IEnumerable).IsAssignableFrom(type) => new[] { KeyValuePair.Create("A", "1"), KeyValuePair.Create("B", "3") },
        var type => throw new NotSupportedException($"{property.Name} is of a type that this test has no second value of: {type}"),
    };

    [Fact]
    public void How_a_socket_is_made_is_not_seen_but_where_it_is()
    {
        var socket = new FastCgiSocketConfig { Section = "fcgi-program:f", Url = "unix:///run/a", Path = "/run/a", Mode = 0x1C0 };
        var group = Group(Program() with { Socket = socket }) with { Socket = socket, Kind = GroupKind.FastCgi };
        var other = socket with { Mode = 0x1FF, Backlog = 7, Owner = new UserIdentity("nobody", 65534, 65534) };
        Assert.False(Differ(group, group with { Socket = other, Processes = [Program() with { Socket = other }] }));
        Assert.True(Differ(group, group with { Socket = socket with { Url = "unix:///run/b" } }));
        Assert.True(Differ(group, group with { Socket = null }));
        // In a [group:x] each fcgi-program has its own (unlike C-227).
        Assert.True(Differ(Group(Program() with { Socket = socket }), Group(Program() with { Socket = socket with { Url = "unix:///run/b" } })));
    }

    [Fact]
    public void What_the_group_itself_is_changes_it()
    {
        var listener = new EventListenerConfig(10, [EventType.Tick5], "x:y");
        var group = Group(Program()) with { EventListener = listener };
        Assert.All(
            [
                group with { Priority = 1 },
                group with { Kind = GroupKind.EventListeners },
                group with { Processes = [] },
                group with { Processes = [Program(), Program()] },
                group with { EventListener = null },
                group with { EventListener = listener with { BufferSize = 11 } },
                group with { EventListener = listener with { ResultHandler = "x:z" } },
                group with { EventListener = listener with { Events = [EventType.Tick60] } },
                group with { EventListener = listener with { Events = [EventType.Tick5, EventType.Tick60] } },
            ],
            other =>
            {
                Assert.True(Differ(group, other), other.ToString());
                Assert.True(Differ(other, group), other.ToString());
            });
        Assert.False(Differ(group, group with { EventListener = listener with { } }));
    }

    [Fact] // names and order
    public void Processes_in_another_order_are_a_change()
    {
        var (a, b) = (Program() with { Name = "a" }, Program() with { Name = "b" });
        Assert.True(Differ(Group(a, b), Group(b, a)));
        Assert.False(Differ(Group(a, b), Group(a, b)));
    }

    [Fact]
    public void A_path_that_becomes_AUTO_is_no_change_while_AUTO_that_becomes_a_path_is()
    {
        var (path, auto) = (Program(), Program() with { Stdout = Auto, Stderr = Auto });
        Assert.False(Differ(path, auto));
        Assert.False(Differ(auto, auto with { Stdout = Auto }));
        Assert.True(Differ(auto, path));
        Assert.False(Differ(Program() with { Stdout = File("") with { Target = LogTarget.None, Path = null } }, auto));
    }

    [Fact]
    public void Of_a_log_that_becomes_AUTO_the_other_options_still_count()
    {
        Assert.True(Differ(Program(), Program() with { Stdout = Auto with { MaxBytes = 7 } }));
        Assert.True(Differ(Program(), Program() with { Stderr = Auto with { Syslog = true } }));
    }

    [Fact]
    public void The_environment_of_the_daemon_counts_with_the_program_s_own_on_top()
    {
        var group = Group(Program()); // A=1 and B=2
        Assert.True(With([], [new("C", "3")]));
        Assert.True(With([new("C", "3")], []));
        Assert.True(With([new("C", "3")], [new("C", "4")]));
        Assert.False(With([new("C", "3"), new("D", "4")], [new("D", "4"), new("C", "3")]));
        Assert.False(With([new("A", "of the daemon")], [new("A", "of the daemon, which the program hides")]));
        Assert.False(With([], [new("A", "1")]));

        bool With(KeyValuePair<string, string>[] before, KeyValuePair<string, string>[] after) =>
            GroupComparison.Differ(group, before, group, after);
    }
}
