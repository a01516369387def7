namespace Init.Cli;
internal static class SupervisordCommand { internal static int Run(string a, IReadOnlyList<string> b, bool containerMode) => 3; }
