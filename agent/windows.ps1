# ikefrag agent for Windows: finds out why an IKEv2 VPN does not come up. MIT licence.
#
# This is all of it: nothing is installed, nothing else is loaded. Read it before you run it. It
#   1. asks the service named in Start-Ikefrag which VPN gateway the case is about,
#   2. shows what it will read and send, and waits for a yes,
#   3. reads this computer's network interfaces, VPN profiles and failed VPN connections, and sends
#      small test packets to that gateway alone (at most 64 packets and 128 KiB),
#   4. sends what it measured to the service, and prints a report ID.
# It changes nothing. Where the service asks for a packet capture or for a trial of another MTU, that is
# asked for again, needs an administrator's PowerShell, and the MTU is put back unless you keep it.
#
# It needs Windows PowerShell 5.1 or PowerShell 7, and no administrator rights. Settings, before it is run:
#   $env:IKEFRAG_DRYRUN = 1       read this computer only, show the result, send nothing
#   $env:IKEFRAG_SAVE = 'FILE'    keep the measurements in FILE as well
#   $env:IKEFRAG_YES = 1          start without asking
#   $env:IKEFRAG_LANG = 'en'      or ja
# Nothing happens before the last line of this file, which calls Start-Ikefrag.

function Start-Ikefrag {
  param(
    [string]$Code = '__IKEFRAG_CODE__',
    [string]$Server = '__IKEFRAG_URL__',
    [switch]$Yes,
    [switch]$DryRun,
    [string]$Save = '',
    [string]$Language = ''
  )
  Set-StrictMode -Version 3
  $ErrorActionPreference = 'Stop'
  if ($env:IKEFRAG_YES) { $Yes = $true }
  if ($env:IKEFRAG_DRYRUN) { $DryRun = $true }
  if ($Save -eq '' -and $env:IKEFRAG_SAVE) { $Save = $env:IKEFRAG_SAVE }
  if ($Language -eq '' -and $env:IKEFRAG_LANG) { $Language = $env:IKEFRAG_LANG }
  if ($Language -eq '') { $Language = (Get-UICulture).Name }
  $Language = $(if ($Language -match '^ja\b') { 'ja' } else { 'en' })

  $run = @{
    Version = '0.1.0'
    Code = $Code
    Server = $Server.TrimEnd('/')
    Language = $Language
    Words = Get-Words $Language
    Yes = [bool]$Yes
    DryRun = [bool]$DryRun
    Save = $Save
    # AppLocker and WDAC forbid .NET to scripts: then cmdlets and Windows's own programs have to do.
    Constrained = "$($ExecutionContext.SessionState.LanguageMode)" -ne 'FullLanguage'
    BeganAt = Get-Date
    Stopwatch = $null
    Gateway = ''
    Addresses = $null
    Elevated = $null
    # What a whole run may send to the gateway, whatever the service asks for.
    MaxDatagrams = 64
    MaxSentBytes = 128 * 1024
    # Between two datagrams to the same port, or two echo requests.
    MinGapMs = 100
    Datagrams = 0
    SentBytes = 0
    FreeAtMs = @{}
    CaptureFile = $null
    ExitCode = 1
  }
  if (-not $run.Constrained) { $run.Stopwatch = [System.Diagnostics.Stopwatch]::StartNew() }
  try {
    Invoke-Case $run
  } catch {
    Write-Host ($run.Words.unexpected -f (Format-Plain $_.Exception.Message 300))
  } finally {
    if ($run.CaptureFile) { Remove-Item -LiteralPath $run.CaptureFile -ErrorAction SilentlyContinue }
  }
  # Not exit: that would close the window of somebody who runs this in their own PowerShell.
  $global:LASTEXITCODE = $run.ExitCode
}

# 0 healthy or done, 1 a problem was found, 2 misused, 3 no network, 4 refused or declined, 5 upload failed.
function Invoke-Case($Run) {
  $words = $Run.Words
  if ($Run.Server -notmatch '^https?://[^\s/]+$' -or $Run.Code -notmatch '^[A-Za-z0-9-]{1,64}$') {
    $Run.ExitCode = 2
    Write-Host $words.misused
    return
  }
  Write-Host ($words.opening -f $Run.Version, $Run.Code, $Run.Server)
  Enable-Tls12 $Run
  $answer = Invoke-Service $Run 'GET' "/a/$($Run.Code).json"
  if ($answer.Kind -ne 'ok') { Show-StartFailure $Run $answer; return }
  $facts = $answer.Value
  if (-not (Test-Name (Get-Value $facts 'gateway'))) {
    Show-StartFailure $Run @{ Kind = 'strange'; Text = 'gateway' }
    return
  }
  $Run.Gateway = "$($facts.gateway)"
  Add-ServedWords $Run (Get-Value $facts 'agentWords')
  $Run.Elevated = Test-Elevated
  $agent = Get-AgentInfo $Run
  Show-Consent $Run $facts
  $evidence = [ordered]@{
    schema = 'ikefrag/evidence/1'
    startedAt = (Get-Date).ToUniversalTime().ToString('o')
    gateway = $Run.Gateway
    agent = $agent
    measurements = @()
  }
  if ($Run.DryRun) {
    Write-Host $words.dryRun
    $evidence.measurements = @(Measure-Round $Run (Get-LocalRound $Run.Gateway))
    if ($Run.Save -ne '') { [void](Save-Evidence $Run $evidence $Run.Save) }
    $Run.ExitCode = 0
    return ConvertTo-AsciiJson $evidence
  }
  if (-not $Run.Yes) {
    $typed = Read-Answer $words.question
    if (-not (Test-Yes $typed)) {
      $Run.ExitCode = 4
      Write-Host $(if ($null -eq $typed) { $words.noTerminal } else { $words.declined })
      return
    }
  }
  Invoke-Rounds $Run $evidence
}

# Reads this computer, and sends a DNS query at most.
function Get-LocalRound([string]$Gateway) {
  @{
    number = 1
    steps = @(
      [ordered]@{ id = 'interfaces'; kind = 'interfaces'; atMs = 0; gateway = $Gateway },
      [ordered]@{ id = 'vpn-profiles'; kind = 'vpn-profiles'; atMs = 0 }
    )
  }
}

# Every round sends all measurements so far: the service keeps nothing in between.
function Invoke-Rounds($Run, $Evidence) {
  $words = $Run.Words
  $answer = Invoke-Service $Run 'POST' '/v1/runs' '' ([ordered]@{ code = $Run.Code; agent = $Evidence.agent })
  if ($answer.Kind -ne 'ok') { Show-StartFailure $Run $answer; return }
  $started = $answer.Value
  $runId = "$(Get-Value $started 'runId')"
  $token = "$(Get-Value $started 'runToken')"
  if ($runId -notmatch '^[A-Za-z0-9_-]{1,128}$' -or $token -notmatch '^[A-Za-z0-9_-]{1,256}$') {
    Show-StartFailure $Run @{ Kind = 'strange'; Text = 'runId, runToken' }
    return
  }
  $named = "$(Get-Value $started 'gateway')"
  if ($named -ne $Run.Gateway) {
    $Run.ExitCode = 4
    Write-Host ($words.otherGateway -f $Run.Gateway, (Format-Plain $named 253))
    return
  }
  $round = Get-Value $started 'round'
  for ($count = 0; $count -lt 20; $count++) {
    $wrong = Find-WrongField $round
    if ($null -ne $wrong) { $answer = @{ Kind = 'strange'; Text = $wrong }; break }
    $Evidence.measurements = @($Evidence.measurements) + @(Measure-Round $Run $round)
    $body = [ordered]@{ round = $round.number; startedAt = $Evidence.startedAt; measurements = $Evidence.measurements }
    $answer = Send-Round $Run "/v1/runs/$runId/rounds" $token $body
    if ($answer.Kind -ne 'ok') { break }
    $status = Get-Value $answer.Value 'status'
    if ($status -eq 'done') {
      Show-Report $Run $Evidence $answer.Value "/v1/runs/$runId/capture" $token
      return
    }
    if ($status -ne 'continue') { $answer = @{ Kind = 'strange'; Text = 'status' }; break }
    $round = Get-Value $answer.Value 'round'
    $answer = @{ Kind = 'strange'; Text = "$($count + 1) rounds, no report" }
  }
  Write-Host ($words.uploadFailed -f (Format-Failure $Run $answer))
  Save-Unsent $Run $Evidence
  $isFinal = $answer.Kind -eq 'refused' -and (401, 403, 404, 410) -contains $answer.Status
  $Run.ExitCode = $(if ($isFinal) { 4 } else { 5 })
}

function Show-Report($Run, $Evidence, $Reply, [string]$CapturePath, [string]$Token) {
  $words = $Run.Words
  $reportId = Format-Plain "$(Get-Value $Reply 'reportId')" 64
  $diagnosis = Get-Value $Reply 'diagnosis'
  if ($Run.CaptureFile) {
    $sent = Invoke-Service $Run 'PUT' $CapturePath $Token $null $Run.CaptureFile
    if ($sent.Kind -ne 'ok') {
      Write-Host ($words.captureNotSent -f (Format-Failure $Run $sent))
    } elseif ($null -ne (Get-Value $sent.Value 'diagnosis')) { $diagnosis = $sent.Value.diagnosis }
  }
  if ($Run.Save -ne '') { [void](Save-Evidence $Run $Evidence $Run.Save) }
  $sentence = Format-Plain "$(Get-Value (Get-Value $diagnosis 'text') 'sentence')" 2000
  if ($sentence -ne '') { Write-Host $sentence }
  try {
    Set-Clipboard -Value $reportId
    Write-Host $words.onClipboard
  } catch {
    Write-Verbose 'No clipboard here.'
  }
  Write-Host $words.reportBelow
  $reportId
  $Run.ExitCode = $(if ((Get-Value $diagnosis 'verdict') -eq 'healthy') { 0 } else { 1 })
}

function Show-Consent($Run, $Facts) {
  $words = $Run.Words
  Write-Host ''
  Write-Host ($words.whoAsks -f (Format-Plain "$(Get-Value $Facts 'operator')" 200), $Run.Server)
  Write-Host ($words.whichGateway -f $Run.Gateway)
  Write-Host ($words.validUntil -f (Format-Moment (Get-Value $Facts 'expiresAt')))
  Write-Host $words.readHeading
  Write-Host "  - $($words.readInterfaces)"
  Write-Host "  - $($words.readVpnProfiles)"
  Write-Host $words.sendHeading
  Write-Host "  - $($words.sendGateway -f $Run.Gateway, $Run.MaxDatagrams, ($Run.MaxSentBytes / 1024))"
  Write-Host "  - $($words.sendService -f $Run.Server)"
  Write-Host $words.notDone
  if ($Run.Constrained) { Write-Host $words.constrained }
  Write-Host $words.unasked
  Write-Host ''
}

# ---- The service: three requests, and a fourth for a capture ----

# .NET before 4.7 may offer TLS 1.0 alone; 0 means that Windows decides, which is best.
function Enable-Tls12($Run) {
  if ($Run.Constrained) { return }
  $protocol = [int][System.Net.ServicePointManager]::SecurityProtocol
  if ($protocol -ne 0 -and ($protocol -band 3072) -eq 0) {
    [System.Net.ServicePointManager]::SecurityProtocol = $protocol -bor 3072
  }
}

# Kind: ok with Value; refused by the service with Status and Text; unreachable; strange, where the answer is no answer.
function Invoke-Service($Run, [string]$Method, [string]$Path, [string]$Token = '', $Body = $null, $File = $null) {
  $ProgressPreference = 'SilentlyContinue' # 5.1 draws it for every block it reads
  $headers = @{ 'Accept' = 'application/json'; 'Accept-Language' = $Run.Language }
  if ($Token -ne '') { $headers['Authorization'] = "Bearer $Token" }
  $request = @{
    Uri = "$($Run.Server)$Path"
    Method = $Method
    Headers = $headers
    UseBasicParsing = $true
    TimeoutSec = 20
    MaximumRedirection = 0 # a code or token that follows a redirect may end up with somebody else
  }
  if ($null -ne $Body) {
    $request['Body'] = ConvertTo-AsciiJson $Body
    $request['ContentType'] = 'application/json'
  }
  if ($null -ne $File) {
    $request['InFile'] = $File
    $request['ContentType'] = 'application/vnd.tcpdump.pcap'
    $request['TimeoutSec'] = 120
  }
  try {
    $response = Invoke-WebRequest @request
  } catch {
    return Get-RequestFailure $_
  }
  $text = "$($response.Content)"
  if ([int]$response.StatusCode -ge 300 -or $text.Length -gt 4MB) {
    return @{ Kind = 'strange'; Text = "HTTP $([int]$response.StatusCode)" }
  }
  try {
    return @{ Kind = 'ok'; Value = (ConvertFrom-Json (Repair-Utf8 $text)) }
  } catch {
    return @{ Kind = 'strange'; Text = 'JSON' }
  }
}

function Get-RequestFailure($Failure) {
  $response = Get-Value $Failure.Exception 'Response'
  if ($null -eq $response) {
    return @{ Kind = 'unreachable'; Text = (Format-Plain $Failure.Exception.Message 300) }
  }
  $status = [int]$response.StatusCode
  $title = "HTTP $status"
  $detail = ''
  try {
    # A problem document, RFC 9457; or a proxy's page, and then the status alone has to do.
    $problem = ConvertFrom-Json (Repair-Utf8 "$($Failure.ErrorDetails.Message)")
    if (Get-Value $problem 'title') { $title = Format-Plain "$($problem.title)" 200 }
    $detail = Format-Plain "$(Get-Value $problem 'detail')" 1000
  } catch {
    $detail = ''
  }
  $retryAfter = 0
  try {
    if ("$($response.Headers['Retry-After'])" -match '^\d{1,5}$') { $retryAfter = [int]$Matches[0] }
  } catch {
    $retryAfter = 0 # PowerShell 7 keeps its headers otherwise: the usual delays have to do
  }
  @{ Kind = 'refused'; Status = $status; Text = $title; Detail = $detail; RetryAfter = $retryAfter }
}

# Tries again where waiting can help: no network for a moment, or a service that is busy.
function Send-Round($Run, [string]$Path, [string]$Token, $Body) {
  Write-Host $Run.Words.uploading
  foreach ($delay in 1, 3, 9, 0) {
    $answer = Invoke-Service $Run 'POST' $Path $Token $Body
    $isBusy = $answer.Kind -eq 'refused' -and (429, 502, 503, 504) -contains $answer.Status
    if ($delay -eq 0 -or -not ($isBusy -or $answer.Kind -eq 'unreachable')) { return $answer }
    Write-Host ($Run.Words.retrying -f (Format-Failure $Run $answer))
    if ($isBusy -and $answer.RetryAfter -gt $delay) { $delay = $answer.RetryAfter }
    Start-Sleep -Seconds $(if ($delay -gt 30) { 30 } else { $delay })
  }
}

function Format-Failure($Run, $Answer) {
  if ($Answer.Kind -eq 'strange') { return $Run.Words.strange -f $Answer.Text }
  if ($Answer.Kind -eq 'unreachable') { return $Answer.Text }
  $text = $Run.Words.refused -f $Answer.Text
  if ($Answer.Detail -ne '') { $text = "$text. $($Answer.Detail)" }
  $text
}

function Show-StartFailure($Run, $Answer) {
  $why = Format-Failure $Run $Answer
  if ($Answer.Kind -eq 'refused' -and $Answer.Status -lt 500) {
    $Run.ExitCode = 4
    Write-Host $why
    return
  }
  $Run.ExitCode = 3
  Write-Host ($Run.Words.noService -f $Run.Server, $why)
}

function Save-Unsent($Run, $Evidence) {
  $name = "ikefrag-$($Run.Code -replace '[^A-Za-z0-9]')-$(($Evidence.startedAt -replace '[^0-9]').Substring(0, 14)).json"
  $candidates = @($name)
  if ($env:TEMP) { $candidates += Join-Path $env:TEMP $name }
  if ($Run.Save -ne '') { $candidates = @($Run.Save) + $candidates }
  foreach ($file in $candidates) {
    if (Save-Evidence $Run $Evidence $file) {
      Write-Host ($Run.Words.sendLater -f $file)
      return
    }
  }
}

function Save-Evidence($Run, $Evidence, [string]$File) {
  try {
    Set-Content -LiteralPath $File -Value (ConvertTo-AsciiJson $Evidence) -Encoding Ascii
    Write-Host ($Run.Words.savedTo -f $File)
    $true
  } catch {
    Write-Host ($Run.Words.cannotSave -f $File, (Format-Plain $_.Exception.Message 300))
    $false
  }
}

# ---- What the service asks for is checked: what a computer does must not rest on a service's good will ----

# The first field of a round that is not as agreed; nothing where all are.
function Find-WrongField($Round) {
  if (-not (Test-Integer (Get-Value $Round 'number') 1 20)) { return 'round.number' }
  $steps = Get-Value $Round 'steps'
  if ($steps -isnot [array] -or $steps.Count -gt 64) { return 'round.steps' }
  for ($i = 0; $i -lt $steps.Count; $i++) {
    $field = Find-WrongStepField $steps[$i]
    if ($null -ne $field) { return "round.steps.$i.$field" }
  }
}

function Find-WrongStepField($Step) {
  $fields = @{
    'interfaces' = @('gateway')
    'vpn-profiles' = @()
    'echo' = @('target', 'family', 'pingPayloadBytes', 'dontFragment', 'tries', 'waitMs')
    'udp' = @('target', 'family', 'port', 'datagram', 'dontFragment', 'userMtu', 'tries', 'waitMs')
    'capture' = @('target', 'seconds', 'maxBytes')
    'apply' = @('interfaceIndex', 'family', 'interfaceMtu')
  }
  $bounds = @{
    atMs = @(0, 30000); pingPayloadBytes = @(0, 9000); tries = @(1, 5); waitMs = @(100, 10000); port = @(1, 65535)
    userMtu = @(576, 9216); seconds = @(1, 60); maxBytes = @(1, 5000000); interfaceIndex = @(1, 4294967295); interfaceMtu = @(576, 9216)
  }
  $kind = "$(Get-Value $Step 'kind')"
  if (-not $fields.ContainsKey($kind)) { return 'kind' }
  foreach ($field in @('id', 'atMs') + $fields[$kind]) {
    $value = Get-Value $Step $field
    $isRight = switch ($field) {
      'id' { $value -is [string] -and $value -cmatch '^[a-z0-9][a-z0-9-]{0,63}\z' }
      'gateway' { Test-Name $value }
      'target' { Test-Name $value }
      'family' { ($null -eq $value -and $kind -eq 'udp') -or (Test-Integer $value 4 4) -or (Test-Integer $value 6 6) }
      'dontFragment' { $value -is [bool] }
      'datagram' { $value -is [string] -and $value.Length -le 12000 -and $value.Length % 4 -eq 0 -and $value -match '^[A-Za-z0-9+/]*={0,2}\z' }
      default { ($null -eq $value -and $field -eq 'userMtu') -or (Test-Integer $value $bounds[$field][0] $bounds[$field][1]) }
    }
    if (-not $isRight) { return $field }
  }
  if ($kind -eq 'apply' -and $Step.family -eq 6 -and $Step.interfaceMtu -lt 1280) { return 'interfaceMtu' }
}

function Test-Integer($Value, [int64]$Least, [int64]$Most) {
  ($Value -is [int] -or $Value -is [int64]) -and $Value -ge $Least -and $Value -le $Most
}

function Test-Name($Value) {
  $Value -is [string] -and $Value -match '^(?!-)[A-Za-z0-9._:-]{1,253}\z'
}

# ---- A round: this computer is read first, then all network steps run side by side, each from its atMs on ----

function Measure-Round($Run, $Round) {
  $words = $Run.Words
  Write-Host ($words.round -f $Round.number, $Round.steps.Count)
  $jobs = @(foreach ($step in $Round.steps) {
    @{
      Step = $step
      Outcome = $null
      StartedAtMs = $null
      SentAtMs = @()
      WaitUntilMs = 0
      Answers = @()
      Target = $null
      Socket = $null
      Ping = $null
      Task = $null
      Bytes = $null
      Lane = ''
      DontFragment = $null
      Reassembly = $null
    }
  })
  try {
    foreach ($job in $jobs) {
      if ('interfaces', 'vpn-profiles' -contains $job.Step.kind) { Invoke-LocalStep $Run $job }
    }
    $network = @($jobs | Where-Object { 'echo', 'udp' -contains $_.Step.kind })
    $roundAtMs = Get-ElapsedMs $Run
    while ($true) {
      $open = @($network | Where-Object { $null -eq $_.Outcome })
      if ($open.Count -eq 0) { break }
      $done = $network.Count - $open.Count
      Write-Progress -Activity 'ikefrag' -Status ($words.progress -f $done, $network.Count) -PercentComplete (100 * $done / $network.Count)
      foreach ($job in $open) {
        if ((Get-ElapsedMs $Run) -ge $roundAtMs + $job.Step.atMs) { Step-Job $Run $job }
      }
      Start-Sleep -Milliseconds 5
    }
    # The VPN is dialled in these: after everything that a dial would disturb.
    foreach ($job in $jobs) {
      if ('capture', 'apply' -contains $job.Step.kind) { Invoke-LocalStep $Run $job }
    }
  } finally {
    Write-Progress -Activity 'ikefrag' -Completed
    foreach ($job in $jobs) { Close-Job $job }
  }
  foreach ($job in $jobs) {
    $measurement = [ordered]@{
      step = $job.Step
      startedAtMs = $job.StartedAtMs
      sentAtMs = $job.SentAtMs
      outcome = $job.Outcome
    }
    if ($null -ne $job.Reassembly) { $measurement['reassembly'] = $job.Reassembly }
    $measurement
  }
}

function Invoke-LocalStep($Run, $Job) {
  $Job.StartedAtMs = Get-ElapsedMs $Run
  $Job.Outcome = switch ($Job.Step.kind) {
    'interfaces' { Read-Interfaces $Run $Job.Step }
    'vpn-profiles' { Read-VpnProfiles }
    'capture' { Invoke-Capture $Run $Job.Step }
    'apply' { Invoke-Apply $Run $Job.Step }
  }
}

# Takes an echo or udp job as far as it goes without waiting.
function Step-Job($Run, $Job) {
  $now = Get-ElapsedMs $Run
  if ($null -eq $Job.StartedAtMs) {
    $Job.StartedAtMs = $now
    Open-Job $Run $Job
  } elseif ($Job.Step.kind -eq 'udp') { Receive-Answers $Run $Job } elseif ($null -ne $Job.Task) { Receive-Echo $Run $Job }
  if ($null -ne $Job.Outcome -or $null -ne $Job.Task -or $now -lt $Job.WaitUntilMs) { return }
  if ($Job.Answers.Count -gt 0) {
    $answers = @($Job.Answers)
    $Job.Outcome = [ordered]@{ status = 'answered'; address = $Job.Target.Address; dontFragment = $Job.DontFragment; answers = $answers }
    return
  }
  $isSpent = $Run.Datagrams + 1 -gt $Run.MaxDatagrams -or $Run.SentBytes + $Job.Bytes.Length -gt $Run.MaxSentBytes
  if ($isSpent -or $Job.SentAtMs.Count -ge $Job.Step.tries) {
    $Job.Outcome = $(
      if ($Job.SentAtMs.Count -eq 0) { New-NotRun 'This run has sent as many packets as it may' } else { New-JobFailure $Job 'timeout' $null }
    )
    return
  }
  if ($Run.FreeAtMs.ContainsKey($Job.Lane) -and $now -lt $Run.FreeAtMs[$Job.Lane]) { return }
  $Run.Datagrams++
  $Run.SentBytes += $Job.Bytes.Length
  $now = Get-ElapsedMs $Run
  $Run.FreeAtMs[$Job.Lane] = $now + $Run.MinGapMs
  $Job.SentAtMs = @($Job.SentAtMs) + @($now)
  $Job.WaitUntilMs = $now + $Job.Step.waitMs
  if ($Job.Step.kind -eq 'echo') { Send-Echo $Run $Job } else { Send-Datagram $Job }
}

function Open-Job($Run, $Job) {
  $step = $Job.Step
  if ($Run.Constrained -and $step.kind -eq 'udp') {
    $Job.Outcome = New-NotRun 'Cannot send over UDP: PowerShell is in Constrained Language Mode here'
    return
  }
  $Job.Target = Find-Target $Run $step.target $step.family
  if ($null -ne $Job.Target.Refusal) {
    $Job.Outcome = New-NotRun $Job.Target.Refusal
    return
  }
  if ($null -eq $Job.Target.Address) {
    $Job.Outcome = New-JobFailure $Job 'unresolved' "Cannot resolve $($step.target)"
    return
  }
  if ($step.kind -eq 'udp') {
    $Job.Lane = "udp/$($step.port)"
    $Job.Bytes = [Convert]::FromBase64String($step.datagram)
    Open-Socket $Job
    return
  }
  if ($Job.Target.Family -eq 6 -and $step.dontFragment) {
    $Job.Outcome = New-NotRun 'Cannot forbid fragmentation here: Windows has no such option for IPv6 echo requests'
    return
  }
  $Job.Lane = 'echo'
  $Job.Bytes = @(0) * $step.pingPayloadBytes
  if (-not $step.dontFragment) { $Job.Reassembly = Get-Reassembly $Run }
}

function Close-Job($Job) {
  if ($null -ne $Job.Socket) { $Job.Socket.Close() }
  if ($null -ne $Job.Ping) { $Job.Ping.Dispose() }
}

# ---- UDP: a socket for each step, connected, so that ICMP errors about it come back to it ----

# IP_MTU_DISCOVER: 3, PROBE: DF set, refused only above the interface's MTU. 2, DONT: DF clear, cut to the interface's
# MTU. IP_USER_MTU: an upper bound for this socket alone. The numbers are ws2ipdef.h's, the same for both families.
function Open-Socket($Job) {
  $step = $Job.Step
  try {
    $Job.Socket, $level = New-UdpSocket $Job.Target.Family
    $discovery = $(if ($step.dontFragment) { 3 } else { 2 })
    if ((Set-SocketNumber $Job.Socket $level 71 $discovery) -eq $discovery) { $Job.DontFragment = $step.dontFragment } elseif ($Job.Target.Family -eq 4) {
      # Windows 10 before 1607 has the older option alone.
      $Job.Socket.DontFragment = $step.dontFragment
      $Job.DontFragment = $Job.Socket.DontFragment
    }
    if ($Job.DontFragment -ne $step.dontFragment) {
      $Job.Outcome = New-NotRun 'Cannot set or clear DF: this Windows refuses the socket option'
    } elseif ($null -ne $step.userMtu -and (Set-SocketNumber $Job.Socket $level 76 $step.userMtu) -ne $step.userMtu) {
      $Job.Outcome = New-NotRun 'Cannot set an MTU for one socket: this Windows has no IP_USER_MTU (build 19041 and later have)'
    } else {
      $Job.Socket.Connect([ipaddress]$Job.Target.Address, $step.port)
      $Job.Socket.Blocking = $false
    }
  } catch {
    $Job.Outcome = New-SocketFailure $Job $_
  }
}

# The socket, and the level of its options.
function New-UdpSocket([int]$Family) {
  $name = $(if ($Family -eq 4) { 'InterNetwork' } else { 'InterNetworkV6' })
  New-Object System.Net.Sockets.Socket([System.Net.Sockets.AddressFamily]$name, [System.Net.Sockets.SocketType]::Dgram, [System.Net.Sockets.ProtocolType]::Udp)
  [System.Net.Sockets.SocketOptionLevel]$(if ($Family -eq 4) { 'IP' } else { 'IPv6' })
}

# What the option is afterwards; nothing where it is refused.
function Set-SocketNumber($Socket, $Level, [int]$Option, [int]$Value) {
  $name = [Enum]::ToObject([System.Net.Sockets.SocketOptionName], $Option)
  try {
    $Socket.SetSocketOption($Level, $name, $Value)
    $Socket.GetSocketOption($Level, $name)
  } catch {
    $null
  }
}

function Send-Datagram($Job) {
  try {
    [void]$Job.Socket.Send($Job.Bytes, $Job.Bytes.Length, [System.Net.Sockets.SocketFlags]::None)
  } catch {
    $Job.Outcome = New-SocketFailure $Job $_
  }
}

function Receive-Answers($Run, $Job) {
  $buffer = New-Object byte[] 65535
  while ($null -eq $Job.Outcome -and $Job.Answers.Count -lt 8) {
    try {
      if (-not $Job.Socket.Poll(0, [System.Net.Sockets.SelectMode]::SelectRead)) { return }
      $count = $Job.Socket.Receive($buffer)
    } catch {
      if ($Job.Answers.Count -eq 0) { $Job.Outcome = New-SocketFailure $Job $_ }
      return
    }
    $now = Get-ElapsedMs $Run
    if ($count -gt 9000) { $count = 9000 }
    # After the first answer, for those in its wake: duplicates tell of duplicating paths.
    if ($Job.Answers.Count -eq 0) { $Job.WaitUntilMs = $now + 150 }
    $Job.Answers = @($Job.Answers) + @([ordered]@{ atMs = $now; datagram = [Convert]::ToBase64String($buffer, 0, $count) })
  }
}

# ---- Echo requests ----

function Send-Echo($Run, $Job) {
  if ($Run.Constrained) {
    Invoke-PingProgram $Job
    return
  }
  try {
    $Job.Ping = New-Object System.Net.NetworkInformation.Ping
    $options = New-Object System.Net.NetworkInformation.PingOptions(64, $Job.Step.dontFragment)
    $Job.Task = $Job.Ping.SendPingAsync([ipaddress]$Job.Target.Address, $Job.Step.waitMs, [byte[]]$Job.Bytes, $options)
  } catch {
    $Job.Outcome = New-SocketFailure $Job $_
  }
}

function Receive-Echo($Run, $Job) {
  if (-not $Job.Task.IsCompleted) { return }
  $task = $Job.Task
  $Job.Task = $null
  $Job.WaitUntilMs = 0
  try {
    $reply = $task.Result
  } catch {
    $Job.Outcome = New-SocketFailure $Job $_
    Add-Reassembly $Run $Job
    return
  } finally {
    $Job.Ping.Dispose()
    $Job.Ping = $null
  }
  $status = "$($reply.Status)"
  if ($status -eq 'TimedOut') {
    if ($Job.SentAtMs.Count -ge $Job.Step.tries) { Add-Reassembly $Run $Job }
    return
  }
  Add-Reassembly $Run $Job
  $from = $(if ($null -ne $reply.Address) { $reply.Address.IPAddressToString } else { '' })
  if ($status -eq 'Success') {
    $received = $(if ($null -ne $reply.Buffer) { $reply.Buffer.Length } else { 0 })
    $Job.Outcome = [ordered]@{
      status = 'answered'
      address = $Job.Target.Address
      roundTripMs = $reply.RoundtripTime
      replyPingPayloadBytes = $(if ($received -eq 0 -and $Job.Bytes.Length -gt 0) { $null } else { $received })
    }
    return
  }
  # This machine answers for itself without an address, or with its own.
  $isLocal = '', '0.0.0.0', '::' -contains $from -or (Get-OwnAddresses) -contains $from
  $failure = 'other'
  if ($status -eq 'PacketTooBig') { $failure = $(if ($isLocal) { 'too-big-locally' } else { 'too-big-remotely' }) } elseif ($status -match 'Unreachable|Prohibited|Expired|BadRoute|Exceeded') { $failure = 'unreachable' } elseif ($status -match 'NoResources') { $failure = 'refused-by-system' }
  $Job.Outcome = New-JobFailure $Job $failure "IPStatus $status"
  if (-not $isLocal) { $Job.Outcome['router'] = $from }
  if ($status -eq 'PacketTooBig') { $Job.Outcome['nextHopMtu'] = Get-PathMtuEstimate $Job.Target ($Job.Bytes.Length + 28) }
}

# IP_MTU of a connected socket: what Windows believes of the path, once a router has told it. Echo replies do not say it.
function Get-PathMtuEstimate($Target, [int]$Below) {
  $socket = $null
  try {
    $socket, $level = New-UdpSocket $Target.Family
    $socket.Connect([ipaddress]$Target.Address, 500)
    $option = $(if ($Target.Family -eq 4) { 73 } else { 72 })
    $estimate = $socket.GetSocketOption($level, [Enum]::ToObject([System.Net.Sockets.SocketOptionName], $option))
    if ($estimate -ge 68 -and $estimate -lt $Below) { $estimate }
  } catch {
    $null
  } finally {
    if ($null -ne $socket) { $socket.Close() }
  }
}

function Get-OwnAddresses {
  foreach ($interface in [System.Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces()) {
    foreach ($entry in $interface.GetIPProperties().UnicastAddresses) { $entry.Address.IPAddressToString -replace '%.*$' }
  }
}

# IPv4 fragments that came to this computer, and datagrams that stayed incomplete: counted by Windows, for all programs.
function Get-Reassembly($Run) {
  if ($Run.Constrained) { return }
  try {
    $statistics = [System.Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties().GetIPv4GlobalStatistics()
    [ordered]@{ required = $statistics.PacketReassembliesRequired; failed = $statistics.PacketReassemblyFailures }
  } catch {
    $null
  }
}

# Turns the counters from before into what came since.
function Add-Reassembly($Run, $Job) {
  if ($null -eq $Job.Reassembly) { return }
  $before = $Job.Reassembly
  $after = Get-Reassembly $Run
  $Job.Reassembly = [ordered]@{ required = $after.required - $before.required; failed = $after.failed - $before.failed }
}

# Where .NET is forbidden. Windows translates all but TTL=, DF, addresses and ms; ping.exe's exit code is no use.
function Invoke-PingProgram($Job) {
  $programArguments = @('-n', '1', '-l', "$($Job.Step.pingPayloadBytes)", '-w', "$($Job.Step.waitMs)")
  if ($Job.Step.dontFragment) { $programArguments += '-f' }
  $said = Invoke-Program 'ping.exe' ($programArguments + $Job.Target.Address)
  $Job.WaitUntilMs = 0
  if ($null -eq $said.ExitCode) {
    $Job.Outcome = New-JobFailure $Job 'refused-by-system' 'Cannot start ping.exe'
    return
  }
  foreach ($line in $said.Lines) {
    if ($line -match ':\s*$' -or $line -match "^\W*$") { continue } # a heading ends in a colon
    $isAnswer = $line -match 'TTL=\d' -or ($Job.Target.Family -eq 6 -and $line -match '[=<]\s*\d+\s*ms')
    if ($isAnswer) {
      $time = $(if ($line -match '=\s*(\d+)\s*ms') { [int]$Matches[1] } elseif ($line -match '<\s*\d+\s*ms') { 0 } else { $null })
      $bytes = $(if (($line -replace 'TTL=\d+') -match '=\s*(\d+)(?!\s*ms|\d)') { [int]$Matches[1] } else { $null })
      $Job.Outcome = [ordered]@{ status = 'answered'; address = $Job.Target.Address; roundTripMs = $time; replyPingPayloadBytes = $bytes }
      return
    }
    $router = $null
    foreach ($candidate in [regex]::Matches($line, '[0-9A-Fa-f:.]{3,}')) {
      $address = "$($candidate.Value -replace '[.:]$')"
      if ($null -eq $router -and $address -match '[.:]' -and $null -ne ($address -as [ipaddress])) { $router = $address }
    }
    if ($line -match 'DF') {
      $Job.Outcome = New-JobFailure $Job $(if ($null -eq $router) { 'too-big-locally' } else { 'too-big-remotely' }) $line
      $Job.Outcome['router'] = $router
      return
    }
    if ($null -ne $router -and $line -notmatch '=\s*1\D') {
      $Job.Outcome = New-JobFailure $Job 'unreachable' $line
      $Job.Outcome['router'] = $router
      return
    }
  }
}

# ---- Outcomes ----

function New-NotRun([string]$Why) {
  [ordered]@{ status = 'not-run'; why = (Format-Foreign $Why) }
}

function New-Failure([string]$Failure, $Detail) {
  [ordered]@{ status = 'failed'; failure = $Failure; detail = $(if ($null -ne $Detail) { Format-Foreign $Detail }) }
}

function New-JobFailure($Job, [string]$Failure, $Detail) {
  $outcome = New-Failure $Failure $Detail
  if ($Job.Step.kind -eq 'echo') {
    $outcome['router'] = $null
    $outcome['nextHopMtu'] = $null
  } else {
    $outcome['address'] = $Job.Target.Address
    $outcome['dontFragment'] = $Job.DontFragment
  }
  $outcome
}

function New-SocketFailure($Job, $ErrorRecord) {
  $exception = $ErrorRecord.Exception
  while ($null -ne $exception.InnerException) { $exception = $exception.InnerException }
  $code = "$(Get-Value $exception 'SocketErrorCode')"
  $failure = 'other'
  if ($code -eq 'MessageSize') { $failure = 'too-big-locally' }
  # ConnectionReset is what Windows makes of an ICMP port unreachable.
  elseif ($code -match '^(ConnectionRe(set|fused)|(Host|Network)(Unreachable|Down)|NetworkReset|AddressNotAvailable)$') { $failure = 'unreachable' } elseif ($code -eq 'AccessDenied') { $failure = 'refused-by-system' }
  New-JobFailure $Job $failure "$code $($exception.Message)"
}

# ---- The gateway: resolved once, so that all steps reach the same hosts and no others ----

function Resolve-Gateway($Run) {
  if ($null -ne $Run.Addresses) { return }
  $Run.Addresses = @()
  $name = $Run.Gateway
  $found = @()
  try {
    if ($name -match '^\d+(\.\d+){3}$|:') { $found = @([ipaddress]$name) } elseif ($Run.Constrained) {
      $records = Resolve-DnsName -Name $name -Type A_AAAA -ErrorAction Stop
      $found = @(foreach ($record in $records) { $text = Get-Value $record 'IPAddress'; if ($null -ne $text) { [ipaddress]$text } })
    } else {
      $lookup = [System.Net.Dns]::GetHostAddressesAsync($name)
      if ($lookup.Wait(10000)) { $found = @($lookup.Result) }
    }
  } catch {
    $found = @() # no such name, or no resolver: the measurement says unresolved
  }
  $seen = @{}
  foreach ($entry in $found) {
    $address = $entry.IPAddressToString -replace '%.*$'
    if ($seen.ContainsKey($address) -or $Run.Addresses.Count -ge 32) { continue }
    $seen[$address] = $true
    $family = $(if ($address -match ':') { 6 } else { 4 })
    $Run.Addresses = @($Run.Addresses) + @([ordered]@{ address = $address; family = $family })
  }
}

# Refusal: another host than the case's gateway. No Address: the name has none of this family.
function Find-Target($Run, [string]$Target, $Family) {
  Resolve-Gateway $Run
  $own = $Run.Addresses
  if ($Target -ne $Run.Gateway) {
    $literal = $(if ($Target -match '[.:]') { $Target -as [ipaddress] })
    $own = @($own | Where-Object { $null -ne $literal -and $_.address -eq $literal.IPAddressToString })
    if ($own.Count -eq 0) {
      return @{ Address = $null; Family = $null; Refusal = "Cannot send to ${Target}: this run is about $($Run.Gateway) alone" }
    }
  }
  $first = @($own | Where-Object { $null -eq $Family -or $_.family -eq $Family }) | Select-Object -First 1
  if ($null -eq $first) { return @{ Address = $null; Family = $null; Refusal = $null } }
  @{ Address = $first.address; Family = $first.family; Refusal = $null }
}

# ---- This computer: objects wherever Windows has them, for its texts are translated ----

function Read-Interfaces($Run, $Step) {
  if ($Step.gateway -ne $Run.Gateway) {
    return New-NotRun "Cannot look up $($Step.gateway): this run is about $($Run.Gateway) alone"
  }
  Resolve-Gateway $Run
  $first = $Run.Addresses | Select-Object -First 1
  $interfaces = @()
  try {
    $interfaces = @(Read-CmdletInterfaces)
  } catch {
    $interfaces = @() # an edition of Windows without these commands
  }
  if ($interfaces.Count -eq 0 -and -not $Run.Constrained) { $interfaces = @(Read-DotNetInterfaces) }
  if ($interfaces.Count -eq 0) { $interfaces = @(Read-NetshInterfaces) }
  if ($interfaces.Count -eq 0) { return New-Failure 'refused-by-system' 'Cannot read interfaces: neither cmdlets nor netsh know any' }
  $route = $null
  if ($null -ne $first) { $route = Find-Route $Run $first.address $interfaces }
  [ordered]@{
    status = 'measured'
    interfaces = @($interfaces | Select-Object -First 256)
    gatewayAddresses = @($Run.Addresses)
    route = $route
  }
}

function New-Interface($Index, $Name) {
  [ordered]@{
    index = [int64]$Index
    name = (Format-Foreign $Name)
    description = $null
    mtuV4 = $null
    mtuV6 = $null
    connected = $false
    addresses = @()
  }
}

# The persistent store's rows have no values; a built-in VPN's interface is no adapter.
function Read-CmdletInterfaces {
  $known = @{}
  foreach ($row in @(Get-NetIPInterface)) {
    if ("$($row.Store)" -ne 'ActiveStore') { continue }
    $index = [int64]$row.InterfaceIndex
    if (-not $known.ContainsKey($index)) { $known[$index] = New-Interface $index $row.InterfaceAlias }
    $field = $(if ("$($row.AddressFamily)" -eq 'IPv6') { 'mtuV6' } else { 'mtuV4' })
    $known[$index][$field] = ConvertTo-Mtu $row.NlMtu
    if ("$($row.ConnectionState)" -eq 'Connected') { $known[$index]['connected'] = $true }
  }
  foreach ($row in @(Get-NetIPAddress -ErrorAction SilentlyContinue)) {
    $index = [int64]$row.InterfaceIndex
    if ("$($row.Store)" -ne 'ActiveStore' -or -not $known.ContainsKey($index)) { continue }
    if ($known[$index]['addresses'].Count -lt 64) { $known[$index]['addresses'] += "$($row.IPAddress)" -replace '%.*$' }
  }
  try {
    foreach ($row in @(Get-NetAdapter -IncludeHidden)) {
      $index = [int64]$row.InterfaceIndex
      if ($known.ContainsKey($index)) { $known[$index]['description'] = Format-Foreign $row.InterfaceDescription }
    }
  } catch {
    Write-Verbose 'No Get-NetAdapter here: the interfaces stay without their descriptions.'
  }
  foreach ($index in @($known.Keys | Sort-Object)) { $known[$index] }
}

function Read-DotNetInterfaces {
  foreach ($found in [System.Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces()) {
    $properties = $found.GetIPProperties()
    $v4 = $(try { $properties.GetIPv4Properties() } catch { $null })
    $v6 = $(try { $properties.GetIPv6Properties() } catch { $null })
    if ($null -eq $v4 -and $null -eq $v6) { continue }
    $interface = New-Interface $(if ($null -ne $v4) { $v4.Index } else { $v6.Index }) $found.Name
    $interface['description'] = Format-Foreign $found.Description
    if ($null -ne $v4) { $interface['mtuV4'] = ConvertTo-Mtu $v4.Mtu }
    if ($null -ne $v6) { $interface['mtuV6'] = ConvertTo-Mtu $v6.Mtu }
    $interface['connected'] = "$($found.OperationalStatus)" -eq 'Up'
    $addresses = @(foreach ($entry in $properties.UnicastAddresses) { $entry.Address.IPAddressToString -replace '%.*$' })
    $interface['addresses'] = @($addresses | Select-Object -First 64)
    $interface
  }
}

# The table's heading is translated, its columns and states are not.
function Read-NetshInterfaces {
  foreach ($line in (Invoke-Program 'netsh.exe' @('interface', 'ipv4', 'show', 'interfaces')).Lines) {
    if ($line -notmatch '^\s*(\d{1,10})\s+\d+\s+(\d{1,10}|Default)\s+(\S+)\s+(\S.*?)\s*$') { continue }
    $index, $mtu, $state, $name = $Matches[1..4]
    $interface = New-Interface $index $name
    $interface['mtuV4'] = ConvertTo-Mtu ($mtu -as [int64])
    $interface['connected'] = $state -eq 'connected'
    $interface
  }
}

# The source address and its interface: of a VPN that takes all traffic, the VPN's own. That is the truth.
function Find-Route($Run, [string]$Address, $Interfaces) {
  try {
    foreach ($row in @(Find-NetRoute -RemoteIPAddress $Address)) {
      $source = Get-Value $row 'IPAddress'
      if ($null -eq $source) { continue }
      return [ordered]@{ address = $Address; interfaceIndex = [int64]$row.InterfaceIndex; sourceAddress = "$source" -replace '%.*$' }
    }
  } catch {
    Write-Verbose 'No route, or no Find-NetRoute: a socket is asked instead.'
  }
  if ($Run.Constrained) { return }
  $socket = $null
  try {
    # Sends nothing: it only makes Windows choose a source address.
    $socket, $level = New-UdpSocket $(if ($Address -match ':') { 6 } else { 4 })
    $socket.Connect([ipaddress]$Address, 9)
    $source = $socket.LocalEndPoint.Address.IPAddressToString -replace '%.*$'
    $owner = $Interfaces | Where-Object { $_['addresses'] -contains $source } | Select-Object -First 1
    if ($null -ne $owner) { [ordered]@{ address = $Address; interfaceIndex = $owner['index']; sourceAddress = $source } }
  } catch {
    $null
  } finally {
    if ($null -ne $socket) { $socket.Close() }
  }
}

# Get-VpnConnection lists the user's own connections or everybody's, never both. No events is an error to Get-WinEvent.
function Read-VpnProfiles {
  if ($null -eq (Get-Command Get-VpnConnection -ErrorAction SilentlyContinue)) {
    return New-NotRun 'Cannot read VPN profiles: this edition of Windows has no Get-VpnConnection'
  }
  $profiles = @(foreach ($row in Get-VpnProfiles) {
    $status = "$($row.ConnectionStatus)"
    [ordered]@{
      name = (Format-Foreign $row.Name)
      serverAddress = (Format-Foreign $row.ServerAddress)
      tunnelType = (Format-Foreign $row.TunnelType)
      authenticationMethods = @(foreach ($method in $row.AuthenticationMethod) { Format-Foreign $method })
      connected = $(if ($status -eq 'Connected') { $true } elseif ($status -eq 'Disconnected') { $false } else { $null })
    }
  })
  $failures = @()
  try {
    $events = Get-WinEvent -FilterHashtable @{ LogName = 'Application'; ProviderName = 'RasClient'; Id = 20227 } -MaxEvents 20
    $failures = @(foreach ($entry in $events) {
      # CoId, user, connection, error code: in every language in this order. The user is left out.
      $code = "$($entry.Properties[3].Value)" -as [int64]
      if ($null -eq $code) { continue }
      [ordered]@{
        at = $entry.TimeCreated.ToUniversalTime().ToString('o')
        connection = (Format-Foreign $entry.Properties[2].Value)
        code = $code
      }
    })
  } catch {
    $failures = @()
  }
  [ordered]@{ status = 'measured'; profiles = @($profiles | Select-Object -First 64); rasFailures = $failures }
}

function Get-VpnProfiles {
  try { Get-VpnConnection } catch { Write-Verbose 'None of the user.' }
  try { Get-VpnConnection -AllUserConnection } catch { Write-Verbose 'None of all users.' }
}

function Get-AgentInfo($Run) {
  $osVersion = $null
  try {
    # CurrentBuildNumber tells Windows 11 (22000 and later); ProductName says Windows 10 on both.
    $key = Get-ItemProperty -LiteralPath 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
    $osVersion = Format-Foreign "Windows build $(Get-Value $key 'CurrentBuildNumber').$(Get-Value $key 'UBR') $(Get-Value $key 'DisplayVersion') $(Get-Value $key 'EditionID')"
  } catch {
    $osVersion = $null
  }
  [ordered]@{
    name = 'ikefrag-powershell'
    version = $Run.Version
    platform = $(if ($env:OS -eq 'Windows_NT') { 'windows' } else { 'other' })
    osVersion = $osVersion
    runtime = "powershell $($PSVersionTable.PSVersion)"
    language = $Run.Language
    elevated = $Run.Elevated
  }
}

# By the SID of the high mandatory level: the only part of the table that is the same in every language.
function Test-Elevated {
  $said = Invoke-Program 'whoami.exe' @('/groups')
  if ($null -eq $said.ExitCode -or $said.Lines.Count -eq 0) { return $null }
  [bool]("$($said.Lines)" -match '\bS-1-16-(12288|16384)\b')
}

# A program of Windows by its full path: a bare name would be looked for elsewhere first.
function Invoke-Program([string]$Name, [string[]]$ProgramArguments) {
  $root = $(if ($env:SystemRoot) { $env:SystemRoot } else { 'C:\Windows' })
  $ErrorActionPreference = 'Continue' # in 5.1 a program's standard error would end the script
  $global:LASTEXITCODE = $null
  try {
    $lines = @(& "$root\System32\$Name" @ProgramArguments 2>$null | ForEach-Object { "$_" })
    @{ Lines = $lines; ExitCode = $global:LASTEXITCODE }
  } catch {
    @{ Lines = @(); ExitCode = $null }
  }
}

# ---- With an administrator's rights and a second yes only: capture a dial; try an MTU ----

# Why a step that changes something is not done; nothing where it may be.
function Get-Objection($Run, [string]$Question) {
  if ($Run.Elevated -ne $true) { return 'Cannot do this without administrator rights' }
  if ($Run.Yes) { return 'Cannot do this unasked: there is nobody who could say yes' }
  if (-not (Test-Yes (Read-Answer $Question))) { return 'The user said no' }
}

# The one profile that leads to the gateway and is not connected.
function Find-DialName($Run) {
  $names = @(Get-VpnProfiles | Where-Object {
    $_.ServerAddress -eq $Run.Gateway -and "$($_.ConnectionStatus)" -ne 'Connected' -and $_.Name -notmatch '^[/-]|["%\p{Cc}]'
  } | ForEach-Object { $_.Name })
  if ($names.Count -eq 1) { $names[0] }
}

# The exit code of rasdial is the RAS error, 0 when connected. The tunnel is closed again: it may hide the service.
function Invoke-Dial($Run, [string]$Name) {
  Write-Host ($Run.Words.dialling -f (Format-Plain $Name 256))
  $dial = $null
  try {
    $dial = Invoke-Program 'rasdial.exe' @($Name)
  } finally {
    [void](Invoke-Program 'rasdial.exe' @($Name, '/disconnect'))
  }
  $dial.ExitCode
}

function Invoke-Capture($Run, $Step) {
  $target = Find-Target $Run $Step.target $null
  if ($null -eq $target.Address) { return New-NotRun "Cannot capture: $($Step.target) is not the gateway of this case, or has no address" }
  $objection = Get-Objection $Run ($Run.Words.askCapture -f $target.Address, $Step.seconds)
  if ($null -ne $objection) { return New-NotRun $objection }
  $folder = $(if ($env:TEMP) { $env:TEMP } else { '.' })
  $name = "ikefrag-$(Get-Random -Minimum 100000 -Maximum 999999)"
  $etl = Join-Path $folder "$name.etl"
  $pcapng = Join-Path $folder "$name.pcapng"
  $rasCode = $null
  # By address: other fragments than the first have no ports. All bytes: the default keeps 128 of each packet.
  [void](Invoke-Program 'pktmon.exe' @('filter', 'remove'))
  [void](Invoke-Program 'pktmon.exe' @('filter', 'add', 'ikefrag', '-i', $target.Address))
  try {
    $started = Invoke-Program 'pktmon.exe' @('start', '--capture', '--comp', 'nics', '--pkt-size', '0', '--file-size', '16', '--file-name', $etl)
    if ($started.ExitCode -ne 0) { return New-Failure 'refused-by-system' "Cannot start pktmon: $($started.Lines)" }
    try {
      $dialName = Find-DialName $Run
      if ($null -ne $dialName) { $rasCode = Invoke-Dial $Run $dialName } else {
        Write-Host ($Run.Words.dialYourself -f $Step.seconds)
        Start-Sleep -Seconds $Step.seconds
      }
    } finally {
      [void](Invoke-Program 'pktmon.exe' @('stop'))
    }
    [void](Invoke-Program 'pktmon.exe' @('etl2pcap', $etl, '--out', $pcapng))
    if (-not (Test-Path -LiteralPath $pcapng)) { return New-Failure 'other' 'Cannot convert the capture: pktmon etl2pcap wrote no file' }
    $Run.CaptureFile = $pcapng
    $bytes = (Get-Item -LiteralPath $pcapng).Length
    if ($bytes -gt $Step.maxBytes) {
      Remove-Item -LiteralPath $pcapng
      $Run.CaptureFile = $null
      return New-Failure 'other' "Cannot send the capture: it has $bytes bytes, allowed $($Step.maxBytes)"
    }
    [ordered]@{ status = 'measured'; bytes = $bytes; rasCode = $rasCode }
  } finally {
    [void](Invoke-Program 'pktmon.exe' @('filter', 'remove'))
    Remove-Item -LiteralPath $etl -ErrorAction SilentlyContinue
  }
}

# In force until the next start of Windows, and put back before that: unless it helped, and the user keeps it.
function Invoke-Apply($Run, $Step) {
  $words = $Run.Words
  $family = "ipv$($Step.family)"
  $index = $Step.interfaceIndex
  $before = Read-InterfaceMtu $index $Step.family
  if ($null -eq $before) { return New-NotRun "Cannot try another MTU: interface $index has no $family MTU" }
  $dialName = Find-DialName $Run
  if ($null -eq $dialName) { return New-NotRun "Cannot try another MTU: there is no VPN profile, or more than one, to dial for $($Run.Gateway)" }
  $objection = Get-Objection $Run ($words.askApply -f $index, $before, $Step.interfaceMtu, (Format-Plain $dialName 256))
  if ($null -ne $objection) { return New-NotRun $objection }
  $set = @('interface', $family, 'set', 'interface', "$index")
  Write-Host ($words.restoreLine -f "netsh $set mtu=$before store=active")
  $isKept = $false
  $rasCode = $null
  try {
    [void](Invoke-Program 'netsh.exe' ($set + "mtu=$($Step.interfaceMtu)" + 'store=active'))
    # netsh ends with 0 also where it did nothing.
    if ((Read-InterfaceMtu $index $Step.family) -ne $Step.interfaceMtu) {
      return New-Failure 'refused-by-system' "Cannot set the MTU of interface ${index}: it does not read $($Step.interfaceMtu) afterwards"
    }
    $rasCode = Invoke-Dial $Run $dialName
    if ($rasCode -eq 0 -and (Test-Yes (Read-Answer ($words.askKeep -f $Step.interfaceMtu)))) {
      $kept = Invoke-Program 'netsh.exe' ($set + "mtu=$($Step.interfaceMtu)" + 'store=persistent')
      $isKept = $kept.ExitCode -eq 0 -and (Read-InterfaceMtu $index $Step.family) -eq $Step.interfaceMtu
    }
    [ordered]@{ status = 'measured'; previousMtu = $before; connected = ($rasCode -eq 0); kept = $isKept; rasCode = $rasCode }
  } finally {
    if ($isKept) { Write-Host ($words.kept -f $Step.interfaceMtu, "netsh $set mtu=$before store=persistent") } else {
      [void](Invoke-Program 'netsh.exe' ($set + "mtu=$before" + 'store=active'))
      $isBack = (Read-InterfaceMtu $index $Step.family) -eq $before
      Write-Host $(if ($isBack) { $words.restored -f $before } else { $words.notRestored -f "netsh $set mtu=$before store=active" })
    }
  }
}

function Read-InterfaceMtu($Index, $Family) {
  try {
    foreach ($row in @(Get-NetIPInterface -InterfaceIndex $Index -AddressFamily "IPv$Family")) {
      if ("$($row.Store)" -eq 'ActiveStore') { return ConvertTo-Mtu $row.NlMtu }
    }
  } catch {
    Write-Verbose 'No such interface, or none of this family.'
  }
}

# ---- Small things ----

# Milliseconds since the run began; it never goes back where .NET is allowed.
function Get-ElapsedMs($Run) {
  if ($null -ne $Run.Stopwatch) { return $Run.Stopwatch.Elapsed.TotalMilliseconds }
  $elapsed = ((Get-Date) - $Run.BeganAt).TotalMilliseconds
  $(if ($elapsed -lt 0) { 0 } else { $elapsed })
}

# A property that may be absent, of an object that may be: strict mode takes no such questions.
function Get-Value($Object, [string]$Name) {
  if ($null -eq $Object) { return $null }
  # The commas: an array stays one, also of one element and of none.
  if ($Object -is [System.Collections.IDictionary]) { return , $Object[$Name] }
  $property = $Object.PSObject.Properties[$Name]
  if ($null -ne $property) { return , $property.Value }
}

function ConvertTo-Mtu($Value) {
  $number = $Value -as [int64]
  if ($null -ne $Value -and $number -ge 68 -and $number -le 4294967295) { $number }
}

function Read-Answer([string]$Question) {
  try { Read-Host $Question } catch { $null } # nobody to ask: -NonInteractive
}

function Test-Yes($Answer) {
  "$Answer" -match '^\s*(y(es)?|\uff59|\u306f\u3044)\s*$'
}

# Text from elsewhere, made safe to show: no control characters, and no marks that turn the reading direction round.
function Format-Plain([string]$Text, [int]$MaxLength) {
  $line = $Text -replace '[\r\n\t]+', ' ' -replace '[\p{Cc}\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]'
  if ($line.Length -gt $MaxLength) { $line.Substring(0, $MaxLength) } else { $line }
}

# Text of this machine for the report: one line, at most 512 characters.
function Format-Foreign($Text) {
  $line = ("$Text" -replace '\s+', ' ').Trim()
  if ($line.Length -gt 512) { $line.Substring(0, 512) } else { $line }
}

# PowerShell 7 reads a time where 5.1 reads text.
function Format-Moment($Value) {
  try { ([datetime]$Value).ToLocalTime().ToString('g') } catch { Format-Plain "$Value" 40 }
}

# 5.1 reads an answer without a charset as ISO-8859-1. Where all of it is UTF-8 byte for byte, it was that.
function Repair-Utf8([string]$Text) {
  $sequence = '[\u00c2-\u00df][\u0080-\u00bf]|[\u00e0-\u00ef][\u0080-\u00bf]{2}|[\u00f0-\u00f4][\u0080-\u00bf]{3}'
  if ($Text -notmatch '[\u0080-\u00ff]' -or ($Text -creplace $sequence) -match '[^\u0000-\u007f]') { return $Text }
  $characters = @{}
  foreach ($found in [regex]::Matches($Text, $sequence)) {
    $point = 0
    foreach ($unit in $found.Value.ToCharArray()) { $point = ($point -shl 6) -bor ([int]$unit -band 0x3f) }
    # Of two bytes, the first holds five bits; of three, four; what takes more than 16 bits in all is left out.
    $point = $point -band (0x7ff, 0xffff, 0)[$found.Length - 2]
    $characters[$found.Value] = $(if ($point -eq 0) { '?' } else { "$([char]$point)" })
  }
  foreach ($bytes in $characters.Keys) { $Text = $Text.Replace($bytes, $characters[$bytes]) }
  $Text
}

# ConvertTo-Json of 5.1 wraps some arrays, cuts at a depth, and leaves it to the request in which encoding it goes out.
function ConvertTo-AsciiJson($Value) {
  if ($null -eq $Value) { return 'null' }
  if ($Value -is [bool]) { return $(if ($Value) { 'true' } else { 'false' }) }
  if ($Value -is [int] -or $Value -is [int64] -or $Value -is [double]) { return "$Value" }
  if ($Value -is [string]) {
    $text = $Value.Replace('\', '\\').Replace('"', '\"')
    if ($text -match '[^\x20-\x7e]') {
      $text = -join @(foreach ($unit in $text.ToCharArray()) { if ($unit -match '[\x20-\x7e]') { $unit } else { '\u{0:x4}' -f [int]$unit } })
    }
    return "`"$text`""
  }
  if ($Value -is [array]) { return "[$(@(foreach ($item in $Value) { ConvertTo-AsciiJson $item }) -join ',')]" }
  $names = $(if ($Value -is [System.Collections.IDictionary]) { @($Value.Keys) } else { @($Value.PSObject.Properties | ForEach-Object { $_.Name }) })
  "{$(@(foreach ($name in $names) { (ConvertTo-AsciiJson $name) + ':' + (ConvertTo-AsciiJson (Get-Value $Value $name)) }) -join ',')}"
}

# ---- Words: English here; in Japanese they come from the service, and take the place of those that take the same {n} ----

function Get-Words([string]$Language) {
  $words = @{
    opening = 'ikefrag {0}: looking up case {1} at {2} ...'
    misused = 'Cannot start: this script has no case code or no service address. Run the line that you were given.'
    unexpected = 'Cannot go on: {0}'
    whoAsks = 'Who asks:         {0} ({1})'
    whichGateway = 'VPN gateway:      {0}'
    validUntil = 'Code valid until: {0}'
    readHeading = 'What is read from this computer:'
    readInterfaces = 'its network interfaces (name, addresses, MTU) and its route to the VPN gateway'
    readVpnProfiles = 'its VPN profiles (name, server, type) and the error codes of failed VPN connections; no password'
    sendHeading = 'What is sent:'
    sendGateway = 'to {0} and no other host: test packets (ping, and the first message of a VPN connection on UDP ports 500 and 4500), at most {1} packets and {2} KiB in all, within about a minute'
    sendService = 'to {0}: what was read and measured, as listed here, and nothing else'
    notDone = 'Nothing on this computer is changed, and nothing is installed.'
    constrained = 'A policy of this computer forbids .NET to scripts (Constrained Language Mode): the UDP test packets are left out.'
    unasked = 'If you did not ask anyone for help with a VPN, answer no.'
    question = 'Start? [y/N]'
    declined = 'Not started. Nothing was measured and nothing was sent.'
    noTerminal = 'Cannot ask whether to start: nobody can answer here. If you agree to the above, set $env:IKEFRAG_YES = 1 and run it again.'
    round = 'Round {0}: {1} measurements ...'
    progress = '{0} of {1} done'
    uploading = 'Sending the measurements ...'
    retrying = 'Sending again: {0}'
    onClipboard = 'The report ID is on the clipboard.'
    reportBelow = 'Give this report ID to whoever helps you:'
    dryRun = 'Dry run: only this computer is read. Nothing is sent to the VPN gateway or to the service.'
    savedTo = 'The measurements are in {0}.'
    cannotSave = 'Cannot write {0}: {1}'
    sendLater = 'To send them later, hand the file {0} to whoever helps you, or run the same line again.'
    noService = 'Cannot reach {0}: {1}. Check that this computer is online, then run the same line again.'
    refused = 'The service refused: {0}'
    uploadFailed = 'Cannot send the measurements: {0}'
    captureNotSent = 'Cannot send the capture: {0}'
    strange = "the service's answer cannot be read: {0}"
    otherGateway = 'Stopped: you agreed to test {0}, but the service now names {1}. Tell whoever gave you the code.'
    askCapture = 'Record the packets to and from {0} while the VPN is dialled, {1} seconds or so, and send them? Filters of pktmon are removed. [y/N]'
    dialling = 'Dialling {0} ...'
    dialYourself = 'Connect the VPN now. Recording for {0} seconds ...'
    askApply = 'Change the MTU of interface {0} from {1} to {2}, dial {3}, and change it back unless you keep it? [y/N]'
    restoreLine = 'Should this window close too early, this puts it back: {0}'
    askKeep = 'The VPN connects with {0}. Keep it? [y/N]'
    kept = 'Kept: {0}, also after a restart. To undo it: {1}'
    restored = 'The MTU is {0} again.'
    notRestored = 'CANNOT PUT THE MTU BACK. Run this as administrator: {0}'
  }
  if ($Language -eq 'ja') {
    $words.opening = [regex]::Unescape('ikefrag {0}: {2} \u306b\u30b1\u30fc\u30b9 {1} \u306e\u5185\u5bb9\u3092\u554f\u3044\u5408\u308f\u305b\u3066\u3044\u307e\u3059\u2026')
    $words.noService = [regex]::Unescape('{0} \u306b\u63a5\u7d9a\u3067\u304d\u307e\u305b\u3093: {1}\u3002\u30a4\u30f3\u30bf\u30fc\u30cd\u30c3\u30c8\u306b\u3064\u306a\u304c\u3063\u3066\u3044\u308b\u304b\u3092\u78ba\u304b\u3081\u3066\u3001\u540c\u3058\u30b3\u30de\u30f3\u30c9\u3092\u3082\u3046\u4e00\u5ea6\u5b9f\u884c\u3057\u3066\u304f\u3060\u3055\u3044\u3002')
  }
  $words
}

# Served words are shown like all text from elsewhere, and never ask for a value that is not there.
function Add-ServedWords($Run, $Served) {
  foreach ($name in @($Run.Words.Keys)) {
    $text = Get-Value $Served $name
    if ($text -isnot [string]) { continue }
    $holes = @(foreach ($words in $Run.Words[$name], $text) { @([regex]::Matches($words, '\{\d*\}?|\}') | ForEach-Object { $_.Value } | Sort-Object) -join ' ' })
    if ($holes[0] -eq $holes[1]) { $Run.Words[$name] = Format-Plain $text 1000 }
  }
}

Start-Ikefrag
