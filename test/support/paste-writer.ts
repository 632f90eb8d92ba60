/**
 * Writes one measurement as different systems print it, in many languages, and decorated as people paste it.
 */

/** What `ping` was asked, and what came of it. */
export interface MeasuredSize {
  pingPayloadBytes: number;
  /** In this order; `cut`: answered with 68 bytes. */
  echoes: readonly ("answered" | "cut" | "timeout" | "too-big-locally" | "too-big-remotely")[];
}

export interface Measured {
  target: string;
  name: string | null;
  router: string;
  dontFragment: boolean;
  /** The command lines are in the paste as well. */
  showsCommands: boolean;
  showsStatistics: boolean;
  sizes: readonly MeasuredSize[];
}

/** The words of one of Windows's languages. `H` is the host, `N` the bytes, `A` who answers. */
export interface WindowsWords {
  language: string;
  heading: string;
  reply: string;
  bytes: string;
  sent: string;
  time: string;
  unit: string;
  lost: string;
  refused: string;
  from: string;
  statistics: string;
  counts: readonly [string, string, string, string];
  comma: string;
}

const words = (
  language: string,
  heading: string,
  from: string,
  labels: string,
  lost: string,
  refused: string,
  statistics: string,
  counts: string,
): WindowsWords => {
  const [bytes = "", sent = "", time = "", unit = "ms"] = labels.split("|");
  const [a = "", b = "", c = "", d = "", comma = ", "] = counts.split("|");
  const reply = `${from} ${bytes}=N`;
  return {
    language,
    heading,
    reply,
    bytes,
    sent,
    time,
    unit,
    lost,
    refused,
    from,
    statistics,
    counts: [a, b, c, d],
    comma,
  };
};

/**
 * English, German, Japanese and Chinese as Windows prints them; the others from memory, so that nothing may
 * hang on their words.
 */
export const WINDOWS_LANGUAGES: readonly WindowsWords[] = [
  words(
    "en",
    "Pinging H with N bytes of data:",
    "Reply from A:",
    "bytes|sent|time",
    "Request timed out.",
    "Packet needs to be fragmented but DF set.",
    "Ping statistics for A:",
    "Packets: Sent|Received|Lost|loss",
  ),
  words(
    "ja",
    "Hに ping を送信しています N バイトのデータ:",
    "A からの応答:",
    "バイト数 |送信|時間 ",
    "要求がタイムアウトしました。",
    "パケットの断片化が必要ですが、DF が設定されています。",
    "A の ping 統計:",
    "パケット数: 送信|受信|損失|の損失|、",
  ),
  words(
    "de",
    "Ping wird ausgeführt für H mit N Bytes Daten:",
    "Antwort von A:",
    "Bytes|gesendet|Zeit",
    "Zeitüberschreitung der Anforderung.",
    "Paket müsste fragmentiert werden, DF-Flag ist jedoch gesetzt.",
    "Ping-Statistik für A:",
    "Pakete: Gesendet|Empfangen|Verloren|Verlust",
  ),
  words(
    "zh-CN",
    "正在 Ping H 具有 N 字节的数据:",
    "来自 A 的回复:",
    "字节|发送|时间",
    "请求超时。",
    "需要拆分数据包但是设置 DF。",
    "A 的 Ping 统计信息:",
    "数据包: 已发送|已接收|丢失|丢失|，",
  ),
  words(
    "zh-TW",
    "Ping H (使用 N 位元組的資料):",
    "回覆自 A:",
    "位元組|已傳送|時間",
    "要求等候逾時。",
    "封包需要切割，但卻設定 DF。",
    "A 的 Ping 統計資料:",
    "封包: 已傳送|已收到|已遺失|遺失|，",
  ),
  words(
    "fr",
    "Envoi d’une requête 'Ping'  H avec N octets de données :",
    "Réponse de A :",
    "octets|envoyés|temps",
    "Délai d’attente de la demande dépassé.",
    "Le paquet doit être fragmenté mais paramétré DF.",
    "Statistiques Ping pour A:",
    "Paquets : envoyés|reçus|perdus|perte",
  ),
  words(
    "es",
    "Haciendo ping a H con N bytes de datos:",
    "Respuesta desde A:",
    "bytes|enviados|tiempo",
    "Tiempo de espera agotado para esta solicitud.",
    "Es necesario fragmentar el paquete pero se especificó DF.",
    "Estadísticas de ping para A:",
    "Paquetes: enviados|recibidos|perdidos|perdidos",
  ),
  words(
    "ru",
    "Обмен пакетами с H по с N байтами данных:",
    "Ответ от A:",
    "число байт|отправлено|время|мс",
    "Превышен интервал ожидания для запроса.",
    "Требуется фрагментация пакета, но установлен запрещающий флаг.",
    "Статистика Ping для A:",
    "Пакетов: отправлено|получено|потеряно|потерь",
  ),
  words(
    "ko",
    "Ping H N바이트 데이터 사용:",
    "A의 응답:",
    "바이트|보냄|시간",
    "요청 시간이 만료되었습니다.",
    "패킷을 조각화해야 하지만 DF가 설정되어 있습니다.",
    "A에 대한 Ping 통계:",
    "패킷: 보냄|받음|손실|손실",
  ),
  words(
    "it",
    "Esecuzione di Ping H con N byte di dati:",
    "Risposta da A:",
    "byte|inviati|durata",
    "Richiesta scaduta.",
    "È necessario frammentare il pacchetto ma DF è attivo.",
    "Statistiche Ping per A:",
    "Pacchetti: Trasmessi|Ricevuti|Persi|persi",
  ),
  words(
    "pt-BR",
    "Disparando H com N bytes de dados:",
    "Resposta de A:",
    "bytes|enviados|tempo",
    "Esgotado o tempo limite do pedido.",
    "O pacote precisa ser fragmentado, mas a desfragmentação está ativa.",
    "Estatísticas do Ping para A:",
    "Pacotes: Enviados|Recebidos|Perdidos|perda",
  ),
  words(
    "pt-PT",
    "A fazer ping para H com N bytes de dados:",
    "Resposta de A:",
    "bytes|enviados|tempo",
    "O pedido excedeu o tempo.",
    "É necessário fragmentar o pacote mas DF está definido.",
    "Estatísticas de ping para A:",
    "Pacotes: Enviados|Recebidos|Perdidos|perdidos",
  ),
  words(
    "nl",
    "Pingen naar H met N bytes aan gegevens:",
    "Antwoord van A:",
    "bytes|verzonden|tijd",
    "Time-out bij opdracht.",
    "Het pakket moet worden gefragmenteerd, maar DF is ingesteld.",
    "Ping-statistieken voor A:",
    "Pakketten: verzonden|ontvangen|verloren|verlies",
  ),
  words(
    "pl",
    "Badanie H z N bajtami danych:",
    "Odpowiedź z A:",
    "bajtów|wysłano|czas",
    "Upłynął limit czasu żądania.",
    "Pakiet wymaga fragmentacji, ale ustawiono DF.",
    "Statystyka badania ping dla A:",
    "Pakiety: Wysłane|Odebrane|Utracone|straty",
  ),
  words(
    "cs",
    "Příkaz PING na H - N bajtů dat:",
    "Odpověď od A:",
    "bajty|odesláno|čas",
    "Vypršel časový limit žádosti.",
    "Paket je třeba fragmentovat, ale je nastaven příznak DF.",
    "Statistika ping pro A:",
    "Pakety: Odeslané|Přijaté|Ztracené|ztráta",
  ),
  words(
    "sv",
    "Skickar ping-signal till H med N byte data:",
    "Svar från A:",
    "byte|skickat|tid",
    "Begäran gjorde timeout.",
    "Paketet måste delas upp men DF är satt.",
    "Ping-statistik för A:",
    "Paket: Skickade|Mottagna|Förlorade|förlorade",
  ),
  words(
    "da",
    "Pinger H med N byte data:",
    "Svar fra A:",
    "byte|sendt|tid",
    "Anmodningen fik timeout.",
    "Pakken skal fragmenteres, men DF er angivet.",
    "Ping-statistikker for A:",
    "Pakker: Sendt|Modtaget|Tabt|tab",
  ),
  words(
    "nb",
    "Pinger H med N byte data:",
    "Svar fra A:",
    "byte|sendt|tid",
    "Forespørsel avbrutt på grunn av tidsavbrudd.",
    "Pakken må fragmenteres, men DF er satt.",
    "Ping-statistikk for A:",
    "Pakker: Sendt|Mottatt|Tapt|tap",
  ),
  words(
    "fi",
    "Ping-isäntä H, N tavua tietoja:",
    "Vastaus isännältä A:",
    "tavut|lähetetty|aika",
    "Pyyntö aikakatkaistiin.",
    "Paketti on pirstottava, mutta DF on asetettu.",
    "Ping-tilastot A:",
    "Paketit: Lähetetty|Vastaanotettu|Kadonnut|hävikki",
  ),
  words(
    "hu",
    "H pingelése N bájtnyi adattal:",
    "Válasz A:",
    "bájt|küldve|idő",
    "A kérésre nem érkezett válasz a határidőn belül.",
    "A csomagot tördelni kell, de a DF be van állítva.",
    "A ping-statisztikája:",
    "Csomagok: küldött|fogadott|elveszett|veszteség",
  ),
  words(
    "tr",
    "H için N bayt veri ile ping işlemi yapılıyor:",
    "A cevabı:",
    "bayt|gönderilen|süre",
    "İstek zaman aşımına uğradı.",
    "Paketin bölünmesi gerekiyor, ancak DF ayarlanmış.",
    "A için Ping istatistiği:",
    "Paket: Giden|Gelen|Kaybolan|kayıp",
  ),
  words(
    "el",
    "Γίνεται Ping στο H με N byte δεδομένων:",
    "Απάντηση από A:",
    "bytes|στάλθηκαν|χρόνος|ms",
    "Η αίτηση έληξε.",
    "Το πακέτο πρέπει να τεμαχιστεί αλλά έχει οριστεί DF.",
    "Στατιστικά Ping για A:",
    "Πακέτα: Εστάλησαν|Ελήφθησαν|Χάθηκαν|απώλεια",
  ),
  words(
    "uk",
    "Обмін пакетами з H з N байтами даних:",
    "Відповідь від A:",
    "байт|надіслано|час|мс",
    "Перевищено інтервал очікування для запиту.",
    "Потрібна фрагментація пакета, але встановлено DF.",
    "Статистика Ping для A:",
    "Пакетів: надіслано|отримано|втрачено|втрат",
  ),
  words(
    "ro",
    "Se trimite ping către H cu N octeți de date:",
    "Răspuns de la A:",
    "octeți|trimiși|timp",
    "Timpul de așteptare a expirat.",
    "Pachetul trebuie fragmentat, dar DF este setat.",
    "Statistici Ping pentru A:",
    "Pachete: Trimise|Primite|Pierdute|pierdere",
  ),
];

/** `from` with the sentence, or without anything: how a router's own words begin. */
const by = (w: WindowsWords, address: string): string => w.from.replace(/A(?= |:|의|$)/, () => address);

export function writeWindowsPing(m: Measured, w: WindowsWords): string {
  const lines: string[] = [];
  const host = m.name === null ? m.target : `${m.name} [${m.target}]`;
  for (const { pingPayloadBytes, echoes } of m.sizes) {
    if (m.showsCommands) {
      lines.push(
        `C:\\Users\\x>ping ${m.dontFragment ? "-f " : ""}-n ${echoes.length} -l ${pingPayloadBytes} ${m.name ?? m.target}`,
        "",
      );
    }
    lines.push(w.heading.replace(/H(?=[ ,に])/, () => host).replace(/N(?= |바)/, String(pingPayloadBytes)));
    for (const echo of echoes) {
      if (echo === "timeout") lines.push(w.lost);
      else if (echo === "too-big-locally") lines.push(w.refused);
      else if (echo === "too-big-remotely") lines.push(`${by(w, m.router)} ${w.refused}`);
      else {
        const bytes = echo === "cut" ? `68 (${w.sent} ${pingPayloadBytes})` : pingPayloadBytes;
        lines.push(`${by(w, m.target)} ${w.bytes}=${bytes} ${w.time}=17${w.unit} TTL=55`);
      }
    }
    lines.push("");
    if (m.showsStatistics) {
      const lost = echoes.filter((e) => e === "timeout" || e === "too-big-locally").length;
      const [sent, received, gone, loss] = w.counts;
      const { length } = echoes;
      lines.push(
        by({ ...w, from: w.statistics }, m.target),
        `    ${sent} = ${length}${w.comma}${received} = ${length - lost}${w.comma}${gone} = ${lost} (${Math.floor((100 * lost) / length)}% ${loss})${w.comma}`,
        "",
      );
    }
  }
  return lines.join("\n");
}

/** iputils in English or German, BusyBox, macOS. */
export function writeUnixPing(m: Measured, kind: "linux" | "linux-de" | "busybox" | "macos"): string {
  const lines: string[] = [];
  const host = m.name ?? m.target;
  const de = kind === "linux-de";
  for (const { pingPayloadBytes: size, echoes } of m.sizes) {
    const option = kind === "macos" ? "-D" : kind === "busybox" ? null : "-M do";
    if (m.showsCommands && (option !== null || !m.dontFragment)) {
      lines.push(
        `user@pc:~$ ping -c ${echoes.length} ${m.dontFragment ? `${option} ` : kind.startsWith("linux") ? "-M dont " : ""}-s ${size} ${host}`,
      );
    }
    lines.push(
      kind === "macos" || kind === "busybox"
        ? `PING ${host} (${m.target}): ${size} data bytes`
        : `PING ${host} (${m.target}) ${size}(${size + 28}) ${de ? "Bytes an Daten" : "bytes of data"}.`,
    );
    let answered = 0;
    let errors = 0;
    for (const [at, echo] of echoes.entries()) {
      const bytes = echo === "cut" ? 76 : size + 8;
      const truncated = echo === "cut" ? " (truncated)" : "";
      if (echo === "answered" || echo === "cut") {
        answered += 1;
        if (kind === "busybox") lines.push(`${bytes} bytes from ${m.target}: seq=${at} ttl=55 time=17.1 ms`);
        else if (kind === "macos")
          lines.push(`${bytes} bytes from ${m.target}: icmp_seq=${at} ttl=55 time=17.1 ms`);
        else
          lines.push(
            `${bytes} ${de ? "Bytes von" : "bytes from"} ${m.target}: icmp_seq=${at + 1} ttl=55${truncated || (de ? " Zeit=17,1 ms" : " time=17.1 ms")}`,
          );
      } else if (echo === "too-big-locally") {
        errors += 1;
        lines.push(
          kind === "macos"
            ? "ping: sendto: Message too long"
            : de
              ? "ping: lokaler Fehler: Nachricht zu lang, mtu=1500"
              : "ping: local error: message too long, mtu=1500",
        );
        if (kind === "macos") lines.push(`Request timeout for icmp_seq ${at}`);
      } else if (echo === "too-big-remotely") {
        errors += 1;
        lines.push(
          kind === "macos"
            ? `556 bytes from ${m.router}: frag needed and DF set (MTU 1300)`
            : `${de ? "Von" : "From"} ${m.router} icmp_seq=${at + 1} ${de ? "Fragmentierung nötig und DF gesetzt" : "Frag needed and DF set"} (mtu = 1300)`,
        );
        if (kind === "macos")
          lines.push(
            "Vr HL TOS  Len   ID Flg  off TTL Pro  cks      Src      Dst",
            ` 4  5  00 bc05 a2f4   0 0000  3f  01 8e7e 192.168.1.2  ${m.target} `,
            "",
            `Request timeout for icmp_seq ${at}`,
          );
      } else if (kind === "macos") lines.push(`Request timeout for icmp_seq ${at}`);
    }
    const n = echoes.length;
    const loss = `${Math.floor((100 * (n - answered)) / n)}% packet loss`;
    lines.push(
      "",
      `--- ${host} ${de ? "Ping-Statistik" : "ping statistics"} ---`,
      kind === "macos" || kind === "busybox"
        ? `${n} packets transmitted, ${answered} packets received, ${loss}`
        : `${n} ${de ? "Pakete übertragen" : "packets transmitted"}, ${answered} ${de ? "empfangen" : "received"}, ${errors > 0 ? `+${errors} ${de ? "Fehler" : "errors"}, ` : ""}${loss}, time 1001ms`,
      "",
    );
  }
  return lines.join("\n");
}

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** What people's mailers, forums, loggers and tickets do to a paste, so that nothing of a line is lost. */
export const DECORATIONS: Readonly<Record<string, (text: string) => string>> = {
  none: (text) => text,
  quoted: (text) => text.replace(/^/gm, "> "),
  "quoted twice": (text) => text.replace(/^/gm, "> > "),
  "quoted without spaces": (text) => text.replace(/^/gm, ">>"),
  "quoted with a bar": (text) => text.replace(/^/gm, "│ "),
  cells: (text) => text.replace(/^(.*)$/gm, "| $1 |"),
  "cells, quoted": (text) => text.replace(/^(.*)$/gm, "> | $1 |"),
  fenced: (text) => `It says:\n\`\`\`\n${text}\n\`\`\`\n`,
  "fenced with a language": (text) => `\`\`\`console\n${text}\n\`\`\`\n`,
  "fenced, with times": (text) => `~~~\n${text.replace(/^(?=.)/gm, "[2026-11-20 09:12:00] ")}\n~~~`,
  noformat: (text) => `{noformat}\n${text}\n{noformat}\n`,
  "code macro": (text) => `{code:title=cmd|borderStyle=solid}\n${text}\n{code}\n`,
  bullets: (text) => text.replace(/^(?=.)/gm, "* "),
  "round bullets": (text) => text.replace(/^(?=.)/gm, "  • "),
  bold: (text) => text.replace(/^(?=.)(.*)$/gm, "**$1**"),
  "quote macro": (text) => `[quote=Jane]${text}[/quote]`,
  "mail source": quotedPrintable,
  "time stamps": (text) => text.replace(/^(?=.)/gm, "2026-11-20 09:12:00  "),
  clocks: (text) => text.replace(/^(?=.)/gm, "[09:12:00] "),
  "twelve-hour clocks": (text) => text.replace(/^(?=.)/gm, "[9:12 AM] "),
  "system log": (text) => text.replace(/^(?=.)/gm, "Nov 20 09:12:00 pc helper[4711]: "),
  entities: (text) => escapeHtml(text).replaceAll("  ", "&nbsp; "),
  pre: (text) => `<pre>${escapeHtml(text)}</pre>`,
  paragraphs: (text) => text.replace(/^(.*)$/gm, (line) => `<p class="MsoNormal">${escapeHtml(line)}</p>`),
  "table rows": (text) => text.replace(/^(.*)$/gm, (line) => `<tr><td>${escapeHtml(line)}</td></tr>`),
  "no-break spaces": (text) => text.replaceAll(" ", "\u00a0"),
  "full-width spaces": (text) => text.replaceAll(" ", "\u3000"),
  indented: (text) => text.replace(/^/gm, "        "),
  "trailing spaces": (text) => text.replace(/$/gm, "    "),
  "double-spaced": (text) => text.replaceAll("\n", "\n\n"),
  "line break tags": (text) => text.replaceAll("\n", "<br>"),
  "directional marks": (text) => text.replace(/^/gm, "\u200e"),
  "right to left": (text) => text.replace(/^(.*)$/gm, "\u202b$1\u202c"),
  "soft hyphens": (text) => text.replaceAll("a", "a\u00ad"),
  colours: (text) => text.replace(/^(.*)$/gm, "\u001b[0;32m$1\u001b[0m"),
  "carriage returns": (text) => text.replaceAll("\n", "\r\n"),
  "old line ends": (text) => text.replaceAll("\n", "\r"),
};

/** What loses lines, or characters in them: the rest has to be right, or not understood. */
export const DAMAGES: Readonly<Record<string, (text: string) => string>> = {
  "wrapped at 40": (text) => wrap(text, 40),
  "wrapped at 60": (text) => wrap(text, 60),
  "wrapped at 72 and quoted": (text) => wrap(text, 72).replace(/^/gm, "> "),
  "wrapped and quoted": (text) => wrap(text, 50).replace(/^/gm, "> "),
  "quoted and wrapped": (text) => wrap(text.replace(/^/gm, "> "), 60),
  "wrapped by a terminal": (text) => text.replace(/^(.{80})(?=.)/gm, "$1\n"),
  "quoted by name": (text) => text.replace(/^/gm, "JS> "),
  "dash bullets": (text) => text.replace(/^(?=.)/gm, "- "),
  tabs: (text) => text.replace(/ {2,}/g, "\t"),
  "lines joined by two": (text) => text.replace(/^(.+)\n(?=.)/gm, "$1 "),
  "all on one line": (text) => text.replace(/\s*\n\s*/g, " "),
  "ones read as letters": (text) => text.replaceAll("1", "l"),
  "zeros read as letters": (text) => text.replaceAll("0", "O"),
  "some digits read as letters": (text) => text.replace(/(\d)(\d)(\d)/g, "$1l$3"),
  "a digit lost to a letter": (text) => text.replace(/\d(?!\d)/g, "O"),
  "letters read as digits": (text) => text.replaceAll("l", "1"),
  "dots read as commas": (text) => text.replaceAll(".", ","),
  "spaces lost": (text) => text.replaceAll("  ", "").replaceAll(" ", ""),
  numbered: (text) =>
    text
      .split("\n")
      .map((line, at) => `${at + 1}. ${line}`)
      .join("\n"),
  "line numbers": (text) =>
    text
      .split("\n")
      .map((line, at) => `${String(at + 1).padStart(6)}\t${line}`)
      .join("\n"),
  "names in front": (text) => text.replace(/^(?=.)/gm, "Smith, Jane: "),
};

/** As a mail's source has it, with lines of at most 76 characters. */
function quotedPrintable(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let row = "";
  let all = "";
  for (const byte of bytes) {
    const isPlain = (byte >= 32 && byte <= 126 && byte !== 61) || byte === 10;
    const next = isPlain ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    if (next === "\n") {
      all += `${row}\n`;
      row = "";
    } else if (row.length + next.length > 75) {
      all += `${row}=\n`;
      row = next;
    } else row += next;
  }
  return all + row;
}

function wrap(text: string, width: number): string {
  return text
    .split("\n")
    .map((line) => {
      const rows: string[] = [];
      let rest = line;
      while (rest.length > width) {
        const at = rest.lastIndexOf(" ", width);
        if (at <= 0) break;
        rows.push(rest.slice(0, at));
        rest = rest.slice(at + 1);
      }
      return [...rows, rest].join("\n");
    })
    .join("\n");
}

export interface MeasuredInterface {
  index: number;
  mtu: number | null;
  connected: boolean;
  name: string;
}

/** What a table tells of an interface: not all tell everything. */
export type ToldInterface = { index: number | null; mtu: number | null; connected: boolean | null };

interface InterfaceWriter {
  write(rows: readonly MeasuredInterface[], headings: readonly string[]): string;
  /** What can be read of a row, once for each IP version that it is about. */
  tells(row: MeasuredInterface): ToldInterface[];
}

const everything = ({ index, mtu, connected }: MeasuredInterface): ToldInterface[] => [
  { index, mtu, connected },
];
const ofBothVersions = ({ mtu, connected }: MeasuredInterface): ToldInterface[] =>
  [4, 6].map(() => ({ index: null, mtu: mtu ?? 65_535, connected }));
const netshMtu = ({ mtu }: MeasuredInterface): number => mtu ?? 4_294_967_295;
/** Names of Unix's interfaces have no spaces. */
const short = ({ name, index }: MeasuredInterface): string =>
  `${name.toLowerCase().replace(/[^a-z]/g, "") || "eth"}${index}`;

export const INTERFACE_FORMATS: Readonly<Record<string, InterfaceWriter>> = {
  netsh: {
    write: (rows, [state = "State", name = "Name"]) =>
      [
        `Idx     Met         MTU          ${state.padEnd(13)}        ${name}`,
        "---  ----------  ----------  ------------  ---------------------------",
        ...rows.map(
          (r) =>
            `${String(r.index).padStart(3)}  ${"25".padStart(10)}  ${String(netshMtu(r)).padStart(10)}  ${(r.connected ? "connected" : "disconnected").padEnd(12)}  ${r.name}`,
        ),
      ].join("\n"),
    tells: everything,
  },
  "netsh on one line": {
    write: (rows) =>
      `netsh interface ipv4 show interfaces Idx Met MTU State Name --- ---------- ---------- ------------ ------ ${rows
        .map((r) => `${r.index} 25 ${netshMtu(r)} ${r.connected ? "connected" : "disconnected"} ${r.name}`)
        .join(" ")}`,
    tells: everything,
  },
  "netsh's subinterfaces": {
    write: (rows, [bytes = "Bytes In", name = "Interface"]) =>
      [
        `   MTU  MediaSenseState   ${bytes}  ${bytes}  ${name}`,
        "------  ---------------  ---------  ---------  -------------",
        ...rows.map(
          (r) =>
            `${String(netshMtu(r)).padStart(6)}  ${(r.connected ? "1" : "5").padStart(15)}  ${"146289608".padStart(9)}  ${"29200474".padStart(9)}  ${r.name}`,
        ),
      ].join("\n"),
    tells: ({ mtu, connected }) => [{ index: null, mtu, connected }],
  },
  "netsh of Windows XP": {
    write: (rows) =>
      rows
        .map(
          (r) => `Index: ${r.index}\nUser-friendly Name: ${r.name}\nType: Ethernet\nMTU: ${r.mtu ?? 1500}\n`,
        )
        .join("\n"),
    tells: ({ index, mtu }) => [{ index, mtu: mtu ?? 1500, connected: null }],
  },
  "Get-NetIPInterface": {
    write: (rows) =>
      [
        "ifIndex InterfaceAlias                  AddressFamily NlMtu(Bytes) InterfaceMetric Dhcp     ConnectionState PolicyStore",
        "------- --------------                  ------------- ------------ --------------- ----     --------------- -----------",
        ...rows.map(
          (r) =>
            `${String(r.index).padEnd(7)} ${r.name.padEnd(31)} IPv4          ${String(netshMtu(r)).padStart(12)}              25 Disabled ${r.connected ? "Connected" : "Disconnected"}       ActiveStore`,
        ),
      ].join("\n"),
    tells: everything,
  },
  "Get-NetIPInterface as a list": {
    write: (rows) =>
      rows
        .map(
          (r) =>
            `ifIndex         : ${r.index}\nInterfaceAlias  : ${r.name}\nAddressFamily   : IPv4\nNlMtu(Bytes)    : ${netshMtu(r)}\nConnectionState : ${r.connected ? "Connected" : "Disconnected"}\n`,
        )
        .join("\n"),
    tells: everything,
  },
  "ip link": {
    write: (rows) =>
      rows
        .map(
          (r) =>
            `${r.index}: ${short(r)}: <BROADCAST,MULTICAST,UP${r.connected ? ",LOWER_UP" : ""}> mtu ${r.mtu ?? 65_535} qdisc fq_codel state ${r.connected ? "UP" : "DOWN"} mode DEFAULT group default qlen 1000\n    link/ether 02:00:00:00:00:05 brd ff:ff:ff:ff:ff:ff`,
        )
        .join("\n"),
    tells: ofBothVersions,
  },
  ifconfig: {
    write: (rows) =>
      rows
        .map(
          (r) =>
            `${short(r)}: flags=8863<UP,BROADCAST,${r.connected ? "RUNNING," : ""}SIMPLEX,MULTICAST> mtu ${r.mtu ?? 65_535}\n\tether 02:00:00:00:00:05\n\tinet 192.168.1.23 netmask 0xffffff00 broadcast 192.168.1.255\n\tmedia: autoselect\n`,
        )
        .join(""),
    tells: ofBothVersions,
  },
};

/** A way through routers, and the hops at which the path MTU gets smaller. */
export interface MeasuredPath {
  target: string;
  /** In order; `mtu` where the way behind this router takes less. */
  hops: readonly { router: string; mtu: number | null }[];
}

/** Bytes of a whole IP packet, as the outcome that a program can tell. */
export interface ToldPath {
  outcome: "reached" | "not-reached" | "too-big";
  ipBytes: number | null;
  router: string | null;
  nextHopMtu: number | null;
}

const FIRST_MTU = 1_500;
const mtuOf = ({ hops }: MeasuredPath): number => hops.reduce((mtu, hop) => hop.mtu ?? mtu, FIRST_MTU);

/** Each router that told an MTU, and the size that it refused. */
function refusals({ hops }: MeasuredPath): ToldPath[] {
  let ipBytes = FIRST_MTU;
  return hops.flatMap(({ router, mtu }) => {
    if (mtu === null) return [];
    const told: ToldPath = { outcome: "too-big", ipBytes, router, nextHopMtu: mtu };
    ipBytes = mtu;
    return [told];
  });
}
const reached = (path: MeasuredPath): ToldPath => ({
  outcome: "reached",
  ipBytes: mtuOf(path),
  router: null,
  nextHopMtu: null,
});

export const PATH_FORMATS: Readonly<
  Record<string, { write(path: MeasuredPath): string; tells(path: MeasuredPath): ToldPath[] }>
> = {
  tracepath: {
    write: (path) =>
      [
        `$ tracepath -n ${path.target}`,
        ` 1?: [LOCALHOST]                      pmtu ${FIRST_MTU}`,
        ...path.hops.map(
          ({ router, mtu }, at) =>
            `${String(at + 1).padStart(2)}:  ${router.padEnd(22)} 1.312ms ${mtu === null ? "" : `pmtu ${mtu}`}`,
        ),
        `${String(path.hops.length + 1).padStart(2)}:  ${path.target.padEnd(22)} 21.003ms reached`,
        `     Resume: pmtu ${mtuOf(path)} hops ${path.hops.length + 1} back ${path.hops.length + 1} `,
      ].join("\n"),
    tells: (path) => [...refusals(path), reached(path)],
  },
  "traceroute --mtu": {
    write: (path) => {
      let told: number | null = FIRST_MTU;
      const rows = [...path.hops, { router: path.target, mtu: null }].map(({ router, mtu }, at) => {
        const size = told === null ? "" : ` F=${told}`;
        told = mtu;
        return `${String(at + 1).padStart(2)}  ${router}  12.198 ms${size}  15.414 ms  21.903 ms`;
      });
      return [
        `$ traceroute -n --mtu ${path.target}`,
        `traceroute to ${path.target} (${path.target}), 30 hops max, 65000 byte packets`,
        ...rows,
      ].join("\n");
    },
    tells: (path) => [...refusals(path), reached(path)],
  },
  mtr: {
    write: (path) =>
      [
        `$ mtr -r -n -s ${mtuOf(path)} ${path.target}`,
        "HOST: client                      Loss%   Snt   Last   Avg  Best  Wrst StDev",
        ...[...path.hops.map(({ router }) => router), path.target].map(
          (router, at) =>
            `${String(at + 1).padStart(3)}.|-- ${router.padEnd(25)} 0.0%    30    1.0   1.0   1.0   1.0   0.1`,
        ),
      ].join("\n"),
    tells: (path) => [reached(path)],
  },
  nmap: {
    write: (path) =>
      [
        `Nmap scan report for ${path.target}`,
        "Host is up (0.017s latency).",
        "",
        "Host script results:",
        `|_path-mtu: PMTU == ${mtuOf(path)}`,
      ].join("\n"),
    // Of 1500 it is the interface that said so.
    tells: (path) => [
      reached(path),
      ...(mtuOf(path) < FIRST_MTU
        ? [{ outcome: "too-big" as const, ipBytes: null, router: null, nextHopMtu: mtuOf(path) }]
        : []),
    ],
  },
};

/** An attempt to connect that failed. `words` are of a language that nobody speaks. */
export interface MeasuredFailure {
  connection: string;
  code: number;
  words: readonly string[];
}

const sentence = ({ connection, code, words }: MeasuredFailure): string =>
  `CoId={11111111-2222-3333-4444-555555555555}: ${words[0]} PC\\user ${words[1]} ${connection} ${words[2]}. ${words[3]} ${code}.`;

export const FAILURE_FORMATS: Readonly<Record<string, (failure: MeasuredFailure) => string>> = {
  rasdial: ({ connection, code, words }) =>
    `C:\\>rasdial "${connection}"\n${words[0]} ${connection}...\n${words[1]} ${code} - ${words[2]} ${words[3]}.\n`,
  "Get-WinEvent as a list": (failure) =>
    `TimeCreated  : 11/20/2026 9:12:00 AM\nProviderName : RasClient\nId           : 20227\nMessage      : ${sentence(failure)}\n`,
  "Get-WinEvent": (failure) =>
    `   ProviderName: RasClient\n\nTimeCreated                     Id LevelDisplayName Message\n-----------                     -- ---------------- -------\n11/20/2026 9:12:00 AM        20227 ${failure.words[3]}            ${sentence(failure)}\n`,
  "the event viewer": (failure) =>
    `Log Name:      Application\nSource:        RasClient\nDate:          11/20/2026 9:12:00 AM\nEvent ID:      20227\nLevel:         Error\nDescription:\n${sentence(failure)}\n`,
};
