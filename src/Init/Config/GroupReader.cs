namespace Init.Config;

/// <summary>
/// Every group of processes: [group:x] sections, then the groups that programs, event listeners and fcgi-programs make of
/// themselves (C-221 to C-229), in order of priority, then name, then kind.
/// </summary>
internal sealed class GroupReader
{
    private const string GroupPrefix = "group:";
    private const string ProgramPrefix = "program:";
    private const string FastCgiPrefix = "fcgi-program:";
    private const string ListenerPrefix = "eventlistener:";

    private readonly ReadingContext _context;
    private readonly SupervisordConfig _defaults;
    private readonly HashSet<string> _grouped = new(StringComparer.Ordinal);
    private readonly List<GroupConfig> _groups = [];

    private GroupReader(ReadingContext context, SupervisordConfig defaults)
    {
        _context = context;
        _defaults = defaults;
    }

    /// <summary>The section that a process of a group was read from: one name may stand in a section of each kind.</summary>
    internal static string SectionOf(ReadingContext context, GroupKind kind, string program) => kind switch
    {
        GroupKind.EventListeners => ListenerPrefix + program,
        GroupKind.FastCgi => FastCgiPrefix + program,
        // One that could be either is in no [group:x] (C-224), so it has made its own group.
        _ => context.Document.Has(ProgramPrefix + program) ? ProgramPrefix + program : FastCgiPrefix + program,
    };

    internal static IReadOnlyList<GroupConfig> Read(ReadingContext context, SupervisordConfig defaults)
    {
        var reader = new GroupReader(context, defaults);
        reader.ForEach(GroupPrefix, reader.ReadGroup);
        reader.ForEach(ProgramPrefix, reader.ReadProgram);
        reader.ForEach(ListenerPrefix, reader.ReadListener);
        reader.ForEach(FastCgiPrefix, reader.ReadFastCgi);
        return [.. reader._groups.OrderBy(group => group.Priority).ThenBy(group => group.Name, StringComparer.Ordinal)];
    }

    private void ForEach(string prefix, Action<string> read)
    {
        foreach (var section in _context.Document.Sections)
            if (section.StartsWith(prefix, StringComparison.Ordinal)) _context.Document.AttemptSection(section, () => read(section));
    }

    private void ReadGroup(string section)
    {
        var name = Values.Name(ReadingContext.NameIn(section));
        var reader = _context.WithHere(section);
        var programs = reader.Read("programs", [], Values.List);
        var priority = reader.Read("priority", ProgramReader.DefaultPriority, Values.Integer);
        var processes = new List<ProcessConfig>();
        var named = section;
        foreach (var program in programs)
        {
            var isProgram = _context.Document.Has(ProgramPrefix + program);
            var isFastCgi = _context.Document.Has(FastCgiPrefix + program);
            // The message names the section of the program before it, if there was one (C-224).
            var wrong = isProgram == isFastCgi ? isProgram ? $"[{named}] name {program} is ambiguous (exists as program and fcgi-program)"
                : $"[{named}] names unknown program or fcgi-program {program}" : null;
            if (wrong is not null)
            {
                Refuse(section, wrong, isUnknown: !isProgram);
                continue;
            }
            named = (isProgram ? ProgramPrefix : FastCgiPrefix) + program;
            _grouped.Add(named);
            var members = ProgramReader.Read(_context, named, name, _defaults);
            // Supervisor forgets the socket of a grouped fcgi-program (C-227), and does not look at its options.
            if (isFastCgi && _context.Document.Get(named, "socket") is not null)
                members = WithSocket(members, FastCgiReader.ReadSocket(_context, named, program));
            processes.AddRange(members);
        }
        Add(section, name, priority, GroupKind.Programs, processes);
    }

    /// <summary>Only of a file that was read to its end can be said that a program is not there.</summary>
    private void Refuse(string section, string problem, bool isUnknown)
    {
        if (_context.Inspection is not { } inspection) throw new ConfigException(problem);
        if (!isUnknown || !inspection.IsIncomplete) inspection.AddError(_context.Document, section, "programs", problem);
    }

    private void ReadProgram(string section)
    {
        if (_grouped.Contains(section)) return;
        var (name, priority) = ReadNameAndPriority(section);
        Add(section, name, priority, GroupKind.Programs, ProgramReader.Read(_context, section, name, _defaults));
    }

    private void ReadFastCgi(string section)
    {
        if (_grouped.Contains(section)) return;
        var (name, priority) = ReadNameAndPriority(section);
        var socket = FastCgiReader.ReadSocket(_context, section, name);
        var processes = WithSocket(ProgramReader.Read(_context, section, name, _defaults), socket);
        Add(section, name, priority, GroupKind.FastCgi, processes, socket: socket);
    }

    private void ReadListener(string section)
    {
        var name = ReadingContext.NameIn(section); // not checked here, but as the program's name (C-237)
        var reader = _context.WithHere(section);
        var priority = reader.Read("priority", EventListenerReader.DefaultPriority, Values.Integer);
        var listener = EventListenerReader.Read(_context, reader);
        var processes = ProgramReader.Read(_context, section, name, _defaults);
        Add(section, name, priority, GroupKind.EventListeners, processes, listener: listener);
    }

    /// <summary>Read before and outside of the program's own options, so without their names and suffix (C-078, C-104).</summary>
    private (string Name, int Priority) ReadNameAndPriority(string section)
    {
        var name = Values.Name(ReadingContext.NameIn(section));
        return (name, _context.WithHere(section).Read("priority", ProgramReader.DefaultPriority, Values.Integer));
    }

    private static List<ProcessConfig> WithSocket(List<ProcessConfig> processes, FastCgiSocketConfig socket) =>
        processes.ConvertAll(process => process with { Socket = socket });

    private void Add(
        string section,
        string name,
        int priority,
        GroupKind kind,
        List<ProcessConfig> processes,
        EventListenerConfig? listener = null,
        FastCgiSocketConfig? socket = null)
    {
        var group = new GroupConfig
        {
            Name = name,
            Priority = priority,
            Kind = kind,
            Processes = WithDistinctNames(processes),
            EventListener = listener,
            Socket = socket,
        };
        _groups.Add(group);
        _context.Inspection?.Made(group, section, processes);
    }

    /// <summary>Of equal names the last process survives, in the first one's place (C-197, C-228).</summary>
    private static List<ProcessConfig> WithDistinctNames(List<ProcessConfig> processes)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var distinct = new List<ProcessConfig>(processes.Count);
        foreach (var process in processes)
        {
            if (places.TryGetValue(process.Name, out var place))
            {
                distinct[place] = process;
                continue;
            }
            places.Add(process.Name, distinct.Count);
            distinct.Add(process);
        }
        return distinct;
    }
}
