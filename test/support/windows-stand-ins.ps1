# Stand-ins on a real Windows: a function for a command, and an alias with its full path for a program. What
# each is called with goes into the file $env:STAND_IN_LOG.

$global:StandIns = @{}
foreach ($name in 'netsh', 'rasdial', 'pktmon', 'whoami', 'ping') {
  $root = $(if ($env:SystemRoot) { $env:SystemRoot } else { 'C:\Windows' })
  foreach ($alias in $name, "$name.exe", "$root\System32\$name.exe") { Set-Alias -Name $alias -Value "Invoke-Program-$name" }
}

function global:Register-StandIn([string]$Name, [scriptblock]$Body) {
  $global:StandIns[$Name] = $Body
  # Windows's commands have a hyphen, its programs none.
  if ($Name.Contains('-')) { Invoke-Expression "function global:$Name { Invoke-StandIn '$Name' (ConvertTo-Bound `$args) }" }
  else { Invoke-Expression "function global:Invoke-Program-$Name { Invoke-StandIn '$Name' `$args }" }
}

function global:Invoke-StandIn($Name, $Given) {
  $line = ConvertTo-Json -Compress -Depth 4 ([ordered]@{ command = $Name; arguments = $Given })
  [IO.File]::AppendAllText($env:STAND_IN_LOG, "$line`n")
  Set-StrictMode -Off # the script's own is not theirs
  & $global:StandIns[$Name] $Given
}

# What a command was given, by the names of its parameters.
function global:ConvertTo-Bound($Given) {
  $bound = @{}
  for ($i = 0; $i -lt $Given.Count; $i++) {
    if ("$($Given[$i])" -notmatch '^-([A-Za-z]+):?$') { continue }
    $key = $Matches[1]
    $isSwitch = $i + 1 -ge $Given.Count -or "$($Given[$i + 1])" -match '^-[A-Za-z]'
    $bound[$key] = @($(if ($isSwitch) { $true } else { $i++; $Given[$i] }))
  }
  $bound
}

# With what the agent reads of such objects, also where it is empty.
function global:New-WindowsObject([string]$Class, [hashtable]$Properties) {
  $all = [ordered]@{ NlMtu = $null; ConnectionState = $null; IPAddress = $null }
  foreach ($name in $Properties.Keys) { $all[$name] = $Properties[$name] }
  [pscustomobject]$all
}
