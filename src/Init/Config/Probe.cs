namespace Init.Config;

/// <summary>A question that tells whether a program is of use: healthcheck, and ready_when where the program does not say so itself.</summary>
internal abstract record Probe
{
    /// <summary>Something accepts connections there.</summary>
    internal sealed record Tcp(string Host, int Port) : Probe
    {
        public override string ToString() => FormattableString.Invariant($"tcp:{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}");
    }

    /// <summary>Something accepts connections on a unix socket.</summary>
    internal sealed record Unix(string Path) : Probe
    {
        public override string ToString() => $"unix:{Path}";
    }

    /// <summary>A GET has an answer from 200 to 399.</summary>
    internal sealed record Http(string Host, int Port, string Target) : Probe
    {
        public override string ToString() => FormattableString.Invariant($"http://{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}{Target}");
    }

    /// <summary>The file is there.</summary>
    internal sealed record File(string Path) : Probe
    {
        public override string ToString() => $"file:{Path}";
    }

    /// <summary>The command ends with status 0.</summary>
    internal sealed record Command(CommandText Text) : Probe
    {
        public override string ToString() => $"command:{Text}";
    }
}

/// <summary>ready_when: what makes a program that was started a program that is ready.</summary>
internal abstract record ReadyWhen
{
    /// <summary>It says so on NOTIFY_SOCKET (sd_notify).</summary>
    internal sealed record Notified : ReadyWhen
    {
        public override string ToString() => "notify";
    }

    /// <summary>It writes a newline to that descriptor.</summary>
    internal sealed record Descriptor(int Number) : ReadyWhen
    {
        public override string ToString() => FormattableString.Invariant($"fd:{Number}");
    }

    /// <summary>It prints a line like that, on stdout or stderr.</summary>
    internal sealed record Logged(string Pattern) : ReadyWhen
    {
        public override string ToString() => $"log:{Pattern}";
    }

    /// <summary>Asked again and again, or told of by the kernel where it can.</summary>
    internal sealed record Probed(Probe Probe) : ReadyWhen
    {
        public override string ToString() => Probe.ToString();
    }
}

/// <summary>A command that is run beside a program: as it may be shown, and how it is run where that has secrets in it.</summary>
internal sealed record CommandText(string Shown, SecretCommand? Secret)
{
    /// <param name="marked">With marks in the place of secrets.</param>
    /// <exception cref="FormatException">Why it could never be run.</exception>
    internal static CommandText Of(string marked, SecretFiles? files)
    {
        if (ShellWords.Split(marked).Error is { } error) throw new FormatException(error);
        if (SecretCommand.IsFileIn(marked)) throw new FormatException(SecretCommand.FileIsSecret);
        return new(SecretFiles.Hide(marked), SecretFiles.AreIn(marked) ? new SecretCommand(marked, files!) : null);
    }

    public override string ToString() => Shown;
}
