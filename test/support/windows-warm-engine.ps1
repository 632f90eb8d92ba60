# Runs command lines of the engine, one after another, in one process.
#
# A run spends most of its time on compiling PowerShell's own machinery, which a process does once. Every run
# has a runspace of its own, made by the engine's own Main as for a command line, and its own environment,
# directory and streams. A request is a line of JSON, in base64. Its answer is a line with a mark before it,
# which tells it from anything else: the exit code, and what was written to both streams, in base64.
$ErrorActionPreference = 'Stop'
$requests = [Console]::In
$answers = [Console]::Out
$main = [PwshHost.Program].GetMethod('Main')
$standIns = [PwshHost.StandIns]
$hidden = [Reflection.BindingFlags]'NonPublic, Static'
$utf8 = [Text.UTF8Encoding]::new($false)
$environment = [Environment]::GetEnvironmentVariables()

# What one run leaves behind in the process, and the next one must not find.
function Reset-Process {
  foreach ($name in 'answers', 'explained') { $standIns.GetField($name, $hidden).GetValue($null).Clear() }
  $standIns.GetField('log', $hidden).SetValue($null, $null)
  foreach ($name in @([Environment]::GetEnvironmentVariables().Keys)) {
    if (-not $environment.ContainsKey($name)) { [Environment]::SetEnvironmentVariable($name, $null) }
  }
  foreach ($name in $environment.Keys) { [Environment]::SetEnvironmentVariable($name, $environment[$name]) }
}

# On a thread of its own, because the engine runs on the thread that called it, and this one runs this script.
function Invoke-Main([string[]]$Words) {
  $call = [Linq.Expressions.Expression]::Call($main, [Linq.Expressions.Expression]::Constant($Words))
  $run = [Linq.Expressions.Expression]::Lambda([Func[int]], $call).Compile()
  $task = [Threading.Tasks.Task[int]]::new($run, [Threading.Tasks.TaskCreationOptions]::LongRunning)
  $task.Start()
  $task.GetAwaiter().GetResult()
}

while ($null -ne ($line = $requests.ReadLine())) {
  $request = $utf8.GetString([Convert]::FromBase64String($line)) | ConvertFrom-Json
  Reset-Process
  foreach ($pair in $request.env.PSObject.Properties) { [Environment]::SetEnvironmentVariable($pair.Name, $pair.Value) }
  [Environment]::CurrentDirectory = $request.directory
  $out = [IO.StringWriter]::new()
  $err = [IO.StringWriter]::new()
  [Console]::SetIn([IO.StringReader]::new($request.input))
  [Console]::SetOut($out)
  [Console]::SetError($err)
  try { $code = Invoke-Main $request.words } catch { $code = 134; $err.WriteLine("$_") }
  $texts = foreach ($text in "$out", "$err") { [Convert]::ToBase64String($utf8.GetBytes($text)) }
  $answers.WriteLine("$([char]1)$code $($texts[0]) $($texts[1])")
  $answers.Flush()
}
