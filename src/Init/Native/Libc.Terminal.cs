using System.Runtime.InteropServices;

namespace Init.Native;

// termios.h, sys/ioctl.h.
internal static unsafe partial class Libc
{
    internal const int TCSADRAIN = 1;
    internal const uint ICRNL = 0x100;
    internal const uint IXON = 0x400;
    internal const uint ICANON = 0x2;
    internal const uint ECHO = 0x8;
    internal const int VTIME = 5;
    internal const int VMIN = 6;
    internal const nuint TIOCGWINSZ = 0x5413;

    // glibc's, on x86-64 and arm64 alike.
    [StructLayout(LayoutKind.Sequential)]
    internal struct termios
    {
        public uint c_iflag;
        public uint c_oflag;
        public uint c_cflag;
        public uint c_lflag;
        public byte c_line;
        public fixed byte c_cc[32];
        public uint c_ispeed;
        public uint c_ospeed;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct winsize
    {
        public ushort ws_row;
        public ushort ws_col;
        public ushort ws_xpixel;
        public ushort ws_ypixel;
    }

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int tcgetattr(int fd, termios* termios_p);

    [LibraryImport(LibraryName, SetLastError = true)]
    internal static partial int tcsetattr(int fd, int optional_actions, termios* termios_p);
}
