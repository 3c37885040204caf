// Every text of the page, in Chinese and English. Functions take what varies.

const chinese = {
  title: "报告分行",
  tagline: "逐段识别工作报告：成绩、措施、问题、背景，剔除无关内容",
  skip: "跳到结果",
  help: "快捷键",
  otherLanguage: "English",
  intake: "报告原文",
  open: "打开文件",
  clear: "清空",
  placeholder: "把报告粘贴到这里，或把 TXT、Word（.docx）、网页文件拖进来",
  privacy: "文字只在本服务所在的电脑上处理，不会上传到互联网。",
  privacyFar: "文字会发送到运行本服务的电脑，传输未加密。",
  result: "识别结果",
  filters: "按类别筛选",
  search: "查找文字",
  searchHint: "查找",
  undo: "撤销",
  take: "导出",
  outline: "提纲",
  noOutline: "没有识别到标题",
  lines: "逐段结果",
  detail: "判断依据",
  nothing: "没有符合条件的段落",
  close: "关闭",
  shares: "成绩、措施、问题的字数占比",
  noShares: "没有成绩、措施或问题",
  unsure: "把握不足",
  unsureHint: "模型对这一段把握不足，请核对",
  corrected: "已改",
  changeLabel: (label) => `类别：${label}。按回车修改`,
  chooseLabel: "改为",
  labelOf: (number, label) => `第 ${number} 行，${label}`,
  folded: (count) => `无关内容 ${count} 行，已折叠`,
  unfolded: (count) => `无关内容 ${count} 行`,
  unfold: "展开",
  fold: "收起",
  unfoldAll: "全部展开",
  foldAll: "全部折叠",
  more: (count) => `继续显示（还有 ${count} 段）`,
  restOfLine: (count) => `……显示其余 ${count} 字`,
  working: "正在识别……",
  done: (count, unrelated, milliseconds) =>
    `共 ${count} 段，其中无关 ${unrelated} 段，用时 ${(milliseconds / 1000).toFixed(2)} 秒`,
  noText: "没有可识别的文字",
  changed: (number, from, to) => `第 ${number} 行由“${from}”改为“${to}”，已保存`,
  changedUnsaved: (number) => `第 ${number} 行的修改没有保存`,
  undone: (number, to) => `已撤销：第 ${number} 行恢复为“${to}”`,
  nothingToUndo: "没有可撤销的修改",
  readFile: (name) => `已读入 ${name}`,
  replaced: (lines) => `有个别字节无法识别，已用 � 代替：第 ${lines} 行`,
  fileEmpty: (name) => `${name} 里没有文字`,
  hover: "把鼠标移到一段上，或用 j / k 选中一段，这里显示判断依据。",
  probabilities: "各类别概率",
  alone: (label, share) => `只看这一段文字：${label} ${share}。`,
  moved: (label) => `结合标题与上下文后判断为“${label}”。`,
  same: "结合标题与上下文后判断不变。",
  pushFor: (label) => `支持“${label}”的词`,
  pushAgainst: "反对的词",
  sentences: "逐句",
  supports: "支持",
  opposes: "反对",
  none: "（无）",
  tooLongToExplain: "这一段太长，不逐词解释。",
  heading: "标题",
  copyClean: "复制清洗后的报告",
  copied: "已复制",
  notCopied: "浏览器不允许复制，请改用下载",
  exports: {
    "clean-docx": ["清洗后的报告", "Word"],
    "clean-txt": ["清洗后的报告", "TXT"],
    "digest-docx": ["按类别摘编", "Word"],
    "digest-md": ["按类别摘编", "Markdown"],
    "table-csv": ["逐段表格", "Excel / CSV"],
    "table-jsonl": ["逐段数据", "JSONL"],
  },
  exportNames: { clean: "清洗稿", digest: "摘编", table: "表格" },
  report: "报告",
  review: "逐条标注",
  reviewBack: "上一条",
  reviewNext: "下一条",
  reviewLabels: "这一行的类别",
  reviewCount: (done, all) => `已标 ${done} / ${all}`,
  reviewPlace: (number, all, doc, line) => `第 ${number} 条，共 ${all} 条 · ${doc} · 第 ${line} 行`,
  reviewGuess: (label, share) => `模型的判断：${label} ${share}%`,
  reviewGiven: (label, guess) => `已标为“${label}”，再选一次可以更改。${guess}`,
  reviewDone: (all, file) => `${all} 条全部标完。重新训练：baogao train --with ${file} --output 新模型`,
  answered: (label) => `标为“${label}”，已保存`,
  backAt: "回到刚才的一行，再选一次类别即可更改",
  asked: "待标注",
  hasLabel: "已标注",
  helpTitle: "快捷键",
  keys: [
    ["j / k", "下一段 / 上一段"],
    ["1 – 5", "改为成绩、措施、问题、背景、无关"],
    ["n / p", "逐条标注时：下一条 / 上一条"],
    ["Enter", "打开类别菜单"],
    ["u", "撤销上一次修改"],
    ["/", "查找"],
    ["?", "显示本页"],
  ],
  correctionsFile: (file) => `修改保存在 ${file}，可用 baogao train --with 重新训练。`,
  errors: {
    too_large: "内容太大，超过了上限。请分几次处理。",
    too_many_lines: "行数太多。请分几次处理。",
    busy: "服务正忙，请稍候再试。",
    too_slow: "传输中断，请重试。",
    broken_docx: "这个 Word 文件打不开：已损坏，或不是 .docx。",
    old_word: "这是旧版 Word 文件（.doc）。请用 Word 或 WPS 另存为 .docx。",
    not_text: "这个文件不是文字（可能是 PDF、图片或压缩包）。请另存为 TXT、.docx 或网页后再打开。",
    not_saved: "修改没有写入文件：磁盘已满或没有写权限。",
    foreign_origin: "请求被拒绝：来自另一个网站。",
    wrong_host: "请求被拒绝：访问地址不对，请用终端里显示的地址打开。",
    offline: "连接不上服务。请确认 baogao serve 仍在运行。",
    other: (message) => `出错了：${message}`,
  },
};

const english = {
  title: "Report lines",
  tagline: "Labels each paragraph of a Chinese work report, and folds away what does not belong",
  skip: "Skip to the result",
  help: "Keys",
  otherLanguage: "中文",
  intake: "The report",
  open: "Open a file",
  clear: "Clear",
  placeholder: "Paste a report here, or drop a TXT, Word (.docx) or HTML file",
  privacy: "The text stays on the machine that runs this page; nothing goes to the internet.",
  privacyFar: "The text is sent, unencrypted, to the machine that runs this page.",
  result: "Result",
  filters: "Filter by label",
  search: "Search the text",
  searchHint: "Search",
  undo: "Undo",
  take: "Export",
  outline: "Outline",
  noOutline: "No headings found",
  lines: "Paragraphs",
  detail: "Evidence",
  nothing: "No paragraph fits",
  close: "Close",
  shares: "Shares of achievements, measures and problems, by characters",
  noShares: "No achievements, measures or problems",
  unsure: "unsure",
  unsureHint: "The model is unsure of this paragraph: please check it",
  corrected: "corrected",
  changeLabel: (label) => `Label: ${label}. Press Enter to change it`,
  chooseLabel: "Change to",
  labelOf: (number, label) => `Line ${number}, ${label}`,
  folded: (count) => `${count} unrelated ${count === 1 ? "line" : "lines"}, folded away`,
  unfolded: (count) => `${count} unrelated ${count === 1 ? "line" : "lines"}`,
  unfold: "Show",
  fold: "Hide",
  unfoldAll: "Show all",
  foldAll: "Fold all",
  more: (count) => `Show more (${count} left)`,
  restOfLine: (count) => `… show ${count} more characters`,
  working: "Reading …",
  done: (count, unrelated, milliseconds) =>
    `${count} paragraphs, ${unrelated} of them unrelated, in ${(milliseconds / 1000).toFixed(2)} s`,
  noText: "There is no text to label",
  changed: (number, from, to) => `Line ${number} changed from ${from} to ${to}, and saved`,
  changedUnsaved: (number) => `The change of line ${number} was not saved`,
  undone: (number, to) => `Undone: line ${number} is ${to} again`,
  nothingToUndo: "Nothing to undo",
  readFile: (name) => `Read ${name}`,
  replaced: (lines) => `Bytes that fit no encoding were replaced by �: line ${lines}`,
  fileEmpty: (name) => `There is no text in ${name}`,
  hover: "Point at a paragraph, or choose one with j / k, to see why it has its label.",
  probabilities: "Probabilities",
  alone: (label, share) => `This paragraph alone: ${label} ${share}. `,
  moved: (label) => `With its heading and neighbours: ${label}.`,
  same: "Its heading and neighbours do not change that.",
  pushFor: (label) => `Words for ${label}`,
  pushAgainst: "Words against",
  sentences: "Sentence by sentence",
  supports: "for",
  opposes: "against",
  none: "(none)",
  tooLongToExplain: "This paragraph is too long to be explained word by word.",
  heading: "heading",
  copyClean: "Copy the cleaned report",
  copied: "Copied",
  notCopied: "The browser does not let this page copy; download instead",
  exports: {
    "clean-docx": ["Cleaned report", "Word"],
    "clean-txt": ["Cleaned report", "TXT"],
    "digest-docx": ["Digest by label", "Word"],
    "digest-md": ["Digest by label", "Markdown"],
    "table-csv": ["Table", "Excel / CSV"],
    "table-jsonl": ["Records", "JSONL"],
  },
  exportNames: { clean: "cleaned", digest: "digest", table: "table" },
  report: "report",
  review: "Label line by line",
  reviewBack: "Previous",
  reviewNext: "Next",
  reviewLabels: "Label of this line",
  reviewCount: (done, all) => `${done} of ${all} labelled`,
  reviewPlace: (number, all, doc, line) => `Number ${number} of ${all} · ${doc} · line ${line}`,
  reviewGuess: (label, share) => `The model says: ${label} ${share}%`,
  reviewGiven: (label, guess) => `Labelled ${label}; choose again to change it. ${guess}`,
  reviewDone: (all, file) => `All ${all} are labelled. To train with them: baogao train --with ${file} --output new-model`,
  answered: (label) => `Labelled ${label}, and saved`,
  backAt: "Back at the line before: choose again to change its label",
  asked: "to label",
  hasLabel: "labelled",
  helpTitle: "Keys",
  keys: [
    ["j / k", "next / previous paragraph"],
    ["1 – 5", "label it achievement, measure, problem, background, unrelated"],
    ["n / p", "while labelling line by line: next / previous"],
    ["Enter", "open the menu of labels"],
    ["u", "undo the last change"],
    ["/", "search"],
    ["?", "this page"],
  ],
  correctionsFile: (file) => `Corrections are kept in ${file}; baogao train --with uses them.`,
  errors: {
    too_large: "This is over the limit of size. Please do it in parts.",
    too_many_lines: "These are too many lines. Please do them in parts.",
    busy: "The server is busy. Please try again in a moment.",
    too_slow: "The transfer stopped. Please try again.",
    broken_docx: "This Word file cannot be opened: it is damaged, or no .docx.",
    old_word: "This is an old Word file (.doc). Please save it as .docx in Word or WPS.",
    not_text: "This file is not text (a PDF, a picture or an archive?). Please save it as TXT, .docx or HTML first.",
    not_saved: "The change was not written: the disk is full, or the file may not be written.",
    foreign_origin: "Refused: the request comes from another site.",
    wrong_host: "Refused: please open the page by the address in the terminal.",
    offline: "The server cannot be reached. Is baogao serve still running?",
    other: (message) => `Something went wrong: ${message}`,
  },
};

const labelNames = {
  en: {
    achievement: "achievement",
    measure: "measure",
    problem: "problem",
    background: "background",
    unrelated: "unrelated",
  },
};

let language = "zh";
export let t = chinese;

export function chooseLanguage(wanted) {
  language = wanted === "en" ? "en" : "zh";
  t = language === "en" ? english : chinese;
  document.documentElement.lang = language === "en" ? "en" : "zh-CN";
}

export function currentLanguage() {
  return language;
}

export function startingLanguage() {
  const kept = storedLanguage();
  if (kept) return kept;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export function keepLanguage() {
  try {
    localStorage.setItem("baogao-language", language);
  } catch {
    // A browser that keeps nothing still shows the page.
  }
}

function storedLanguage() {
  try {
    return localStorage.getItem("baogao-language");
  } catch {
    return null;
  }
}

let chineseNames = {};

export function learnLabelNames(labels) {
  chineseNames = Object.fromEntries(labels.map((label) => [label.name, label.chinese]));
}

export function labelName(label) {
  return language === "en" ? labelNames.en[label] : (chineseNames[label] ?? label);
}

// Texts that stand in the page itself: data-text, data-label and data-placeholder name them.
export function fillTexts(root) {
  for (const node of root.querySelectorAll("[data-text]")) node.textContent = t[node.dataset.text];
  for (const node of root.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t[node.dataset.label]);
  for (const node of root.querySelectorAll("[data-placeholder]")) node.placeholder = t[node.dataset.placeholder];
}
