using Init.Os;

namespace Init.Cli;

/// <summary>
/// echo_supervisord_conf: a configuration to begin with. It has every section and option of Supervisor; only what is active in
/// Supervisor's own sample is active here (C-271, C-272).
/// </summary>
internal static class SampleConfiguration
{
    /// <summary>Arguments are not looked at.</summary>
    internal static int Print()
    {
        Descriptors.WriteAll(1, Text);
        return ExitStatus.Success;
    }

    internal static ReadOnlySpan<byte> Text => """
        ; Sample supervisor config file.
        ;
        ; A line that begins with ";" is switched off; what it shows is the default or an example.
        ; A comment after a value needs a blank before its ";".
        ; Values may use %(here)s, the directory of this file, and %(ENV_NAME)s, a variable of the environment.
        ; A literal percent sign is written twice: "%%".

        ; Where supervisorctl connects.
        [unix_http_server]
        file=/tmp/supervisor.sock ; the socket; better in a directory that only its users can enter
        ;chmod=0700               ; mode of the socket
        ;chown=nobody:nogroup     ; owner of the socket; default: not changed
        ;username=user            ; default: no login needed
        ;password=123             ; clear text, or {SHA} and the hexadecimal SHA-1

        ; The same over TCP, and the web page. Whoever can log in here can run anything:
        ; give it a login, and an address that only friends can reach.
        ;[inet_http_server]
        ;port=127.0.0.1:9001 ; HOST:PORT; *:PORT for all addresses
        ;username=user       ; default: no login needed
        ;password=123        ; clear text, or {SHA} and the hexadecimal SHA-1

        ; The daemon itself.
        [supervisord]
        logfile=/tmp/supervisord.log ; its activity log; default: supervisord.log in the working directory
        logfile_maxbytes=50MB        ; rotate at this size; 0: never
        logfile_backups=10           ; rotated logs to keep
        loglevel=info                ; critical, error, warn, info, debug, trace or blather
        pidfile=/tmp/supervisord.pid ; default: supervisord.pid in the working directory
        nodaemon=false               ; stay in the foreground
        silent=false                 ; in the foreground, do not copy the log to stdout
        minfds=1024                  ; file descriptors that must be available at the start
        minprocs=200                 ; processes that must be available at the start
        ;umask=022                   ; umask of the daemon
        ;user=nobody                 ; become this user after the start; advisable when started by root
        ;identifier=supervisor       ; name of this instance, told to clients and listeners
        ;directory=/tmp              ; change to this directory when daemonizing; default: stay
        ;nocleanup=false             ; keep the AUTO logs of an earlier run
        ;childlogdir=/tmp            ; where AUTO logs are; default: the directory for temporary files
        ;environment=KEY="value"     ; added to the environment of all programs
        ;strip_ansi=false            ; remove ANSI escape sequences from logs of programs

        ; supervisorctl and the web page need this section as it is.
        [rpcinterface:supervisor]
        supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

        ; For supervisorctl: what is said above, from the other side.
        [supervisorctl]
        serverurl=unix:///tmp/supervisor.sock ; the socket of [unix_http_server]
        ;serverurl=http://127.0.0.1:9001      ; or the address of [inet_http_server]
        ;username=user                        ; as in the server's section
        ;password=123                         ; as in the server's section
        ;prompt=supervisor                    ; prompt of the shell
        ;history_file=~/.sc_history           ; keep what was typed; default: forget it

        ; A program. It must stay in the foreground; copy the section for each one.
        ;[program:theprogramname]
        ;command=/bin/cat              ; what to run: words, quotes as in a shell, no shell; a bare name is looked up in PATH
        ;process_name=%(program_name)s ; name of each process; with numprocs > 1 it needs %(process_num)
        ;numprocs=1                    ; how many processes
        ;numprocs_start=0              ; the first %(process_num)
        ;directory=/tmp                ; change to this directory first; default: stay
        ;umask=022                     ; default: inherited
        ;priority=999                  ; lower starts earlier and stops later
        ;autostart=true                ; start together with supervisord
        ;startsecs=1                   ; seconds it must stay up to count as RUNNING
        ;startretries=3                ; failed starts in a row until FATAL
        ;autorestart=unexpected        ; after an exit from RUNNING: true, false, or unless its status is in exitcodes
        ;exitcodes=0                   ; exit statuses that are expected
        ;stopsignal=TERM               ; TERM, HUP, INT, QUIT, KILL, USR1, USR2 or another
        ;stopwaitsecs=10               ; seconds until a stop becomes SIGKILL
        ;stopasgroup=false             ; send the stop signal to its whole process group; implies killasgroup
        ;killasgroup=false             ; send SIGKILL to its whole process group
        ;user=nobody                   ; become this user; default: stay
        ;redirect_stderr=false         ; send stderr where stdout goes
        ;stdout_logfile=AUTO           ; a path, AUTO or NONE
        ;stdout_logfile_maxbytes=50MB  ; rotate at this size; 0: never
        ;stdout_logfile_backups=10     ; rotated files to keep
        ;stdout_capture_maxbytes=0     ; room for PROCESS_COMMUNICATION text; 0: off
        ;stdout_events_enabled=false   ; an event for each piece of output
        ;stdout_syslog=false           ; send it to syslog as well
        ;stderr_logfile=AUTO           ; a path, AUTO or NONE
        ;stderr_logfile_maxbytes=50MB  ; rotate at this size; 0: never
        ;stderr_logfile_backups=10     ; rotated files to keep
        ;stderr_capture_maxbytes=0     ; room for PROCESS_COMMUNICATION text; 0: off
        ;stderr_events_enabled=false   ; an event for each piece of output
        ;stderr_syslog=false           ; send it to syslog as well
        ;environment=A="1",B="2"       ; added to the environment
        ;serverurl=AUTO                ; SUPERVISOR_SERVER_URL for the program

        ; A FastCGI program: its processes share one listening socket as their stdin.
        ; All options of [program:x], and these.
        ;[fcgi-program:thefcgiprogramname]
        ;command=/usr/bin/fcgi
        ;socket=unix:///tmp/fcgi.sock ; required: unix:///PATH or tcp://HOST:PORT
        ;socket_backlog=4096          ; default: what the system allows
        ;socket_owner=nobody:nogroup  ; unix only; default: the user of the program
        ;socket_mode=0700             ; unix only

        ; A listener: a program that is told of events. Each answers one event at a time.
        ;[eventlistener:theeventlistenername]
        ;command=/bin/eventlistener              ; a program that speaks the listener protocol on stdin and stdout
        ;process_name=%(program_name)s           ; name of each process; with numprocs > 1 it needs %(process_num)
        ;numprocs=1                              ; how many processes
        ;numprocs_start=0                        ; the first %(process_num)
        ;events=PROCESS_STATE                    ; required: the types of events to receive
        ;buffer_size=10                          ; events that wait while all listeners are busy
        ;result_handler=supervisor.dispatchers:default_handler ; what judges the answers
        ;directory=/tmp                          ; change to this directory first; default: stay
        ;umask=022                               ; default: inherited
        ;priority=-1                             ; the pool; lower starts earlier and stops later
        ;autostart=true                          ; start together with supervisord
        ;startsecs=1                             ; seconds it must stay up to count as RUNNING
        ;startretries=3                          ; failed starts in a row until FATAL
        ;autorestart=unexpected                  ; after an exit from RUNNING: true, false, or unless its status is in exitcodes
        ;exitcodes=0                             ; exit statuses that are expected
        ;stopsignal=TERM                         ; TERM, HUP, INT, QUIT, KILL, USR1, USR2 or another
        ;stopwaitsecs=10                         ; seconds until a stop becomes SIGKILL
        ;stopasgroup=false                       ; send the stop signal to its whole process group; implies killasgroup
        ;killasgroup=false                       ; send SIGKILL to its whole process group
        ;user=nobody                             ; become this user; default: stay
        ;redirect_stderr=false                   ; not allowed to be true for a listener
        ;stdout_logfile=AUTO                     ; a path, AUTO or NONE
        ;stdout_logfile_maxbytes=50MB            ; rotate at this size; 0: never
        ;stdout_logfile_backups=10               ; rotated files to keep
        ;stdout_syslog=false                     ; send it to syslog as well
        ;stderr_logfile=AUTO                     ; a path, AUTO or NONE
        ;stderr_logfile_maxbytes=50MB            ; rotate at this size; 0: never
        ;stderr_logfile_backups=10               ; rotated files to keep
        ;stderr_capture_maxbytes=0               ; room for PROCESS_COMMUNICATION text; 0: off
        ;stderr_events_enabled=false             ; an event for each piece of output
        ;stderr_syslog=false                     ; send it to syslog as well
        ;environment=A="1",B="2"                 ; added to the environment
        ;serverurl=AUTO                          ; SUPERVISOR_SERVER_URL for the program

        ; Programs that are named together, as thegroupname:*.
        ;[group:thegroupname]
        ;programs=progname1,progname2 ; the x of [program:x]; required
        ;priority=999                 ; lower starts earlier and stops later

        ; More files: patterns, relative to this file, separated by blanks. Not every section is read from them by every tool:
        ; supervisorctl looks at this file alone.
        ;[include]
        ;files = conf.d/*.conf

        """u8;
}
