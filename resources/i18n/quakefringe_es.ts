<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
<context><name>QuakeFringe</name>
<message><source>1 box of an earthquake</source><translation>1 recuadro de terremoto</translation></message>
<message><source>1 box of other deformation</source><translation>1 recuadro de otra deformación</translation></message>
<message><source>1 of 3. This is a simulated Sentinel-1 interferogram of the 2015 Gorkha earthquake. One turn of the colours is one fringe: 2.8 cm towards or away from the satellite. Below you see what was understood of the file. Press “Detect earthquakes”.</source><translation>1 de 3. Este es un interferograma simulado de Sentinel-1 del terremoto de Gorkha de 2015. Una vuelta de los colores es una franja: 2,8 cm hacia el satélite o en sentido contrario. Abajo se ve lo que se ha entendido del archivo. Pulse «Detectar terremotos».</translation></message>
<message><source>2 of 3. Windows of all sizes go through the network. A first look comes within seconds; the search then refines it. You can go on working in QGIS.</source><translation>2 de 3. Ventanas de todos los tamaños pasan por la red. Una primera impresión llega en segundos; después la búsqueda la afina. Puede seguir trabajando en QGIS.</translation></message>
<message><source>3 of 3. The card gives the verdict. Choose a box to zoom to it, or open the report. The result is listed at the end of the panel, to be reopened tomorrow.</source><translation>3 de 3. La tarjeta muestra el veredicto. Elija un recuadro para acercar el mapa o abra el informe. El resultado queda en la lista al final del panel y puede volver a abrirse mañana.</translation></message>
<message><source>Also load the incidence angle and the unit vector from the ground to the satellite.</source><translation>Carga también el ángulo de incidencia y el vector unitario del suelo al satélite.</translation></message>
<message><source>Analysis</source><translation>Análisis</translation></message>
<message><source>Average</source><translation>Promedio</translation></message>
<message><source>Backend</source><translation>Motor</translation></message>
<message><source>Boxes</source><translation>Recuadros</translation></message>
<message><source>C band</source><translation>banda C</translation></message>
<message><source>CRS…</source><translation type="unfinished"></translation></message>
<message><source>CSV…</source><translation>CSV…</translation></message>
<message><source>Cancel</source><translation>Cancelar</translation></message>
<message><source>Catalogue</source><translation>Catálogo</translation></message>
<message><source>Catalogue…</source><translation>Catálogo…</translation></message>
<message><source>Centre: {lat}, {lon}</source><translation>Centro: {lat}, {lon}</translation></message>
<message><source>Choices (the word, or its number from 0): {0}.</source><translation>Opciones (la palabra, o su número desde 0): {0}.</translation></message>
<message><source>Click along the line on the map; a double click or right click ends it.</source><translation>Haga clic a lo largo de la línea en el mapa; un doble clic o el botón derecho la termina.</translation></message>
<message><source>Close guide</source><translation>Cerrar la guía</translation></message>
<message><source>Coherence</source><translation>Coherencia</translation></message>
<message><source>Combines ascending and descending interferograms into vertical and east displacement.</source><translation>Combina interferogramas ascendentes y descendentes en desplazamiento vertical y este.</translation></message>
<message><source>Compare with an earthquake catalogue</source><translation>Comparar con un catálogo de terremotos</translation></message>
<message><source>Coordinate system of the layer</source><translation type="unfinished"></translation></message>
<message><source>Corrected by you; choose “auto” to return.</source><translation>Corregido por usted; elija «auto» para volver.</translation></message>
<message><source>Corrections of the product to apply: all, or names with commas between.</source><translation>Correcciones del producto que se aplican: all o nombres separados por comas.</translation></message>
<message><source>Corrections that the product contains but does not apply: all, or names with commas between.</source><translation>Correcciones que el producto contiene pero no aplica: all o nombres separados por comas.</translation></message>
<message><source>Data</source><translation>Datos</translation></message>
<message><source>Date or pair of a time series, such as 20200101_20200113. Empty: the largest step.</source><translation>Fecha o par de una serie temporal, como 20200101_20200113. Vacío: el mayor cambio.</translation></message>
<message><source>Dates</source><translation>Fechas</translation></message>
<message><source>Days before and after the two dates in which an event still counts.</source><translation>Días antes y después de las dos fechas en los que un evento aún cuenta.</translation></message>
<message><source>Decides whether an interferogram shows an earthquake, and locates it.</source><translation>Decide si un interferograma muestra un terremoto y lo localiza.</translation></message>
<message><source>Decompose looks into up and east</source><translation>Descomponer vistas en vertical y este</translation></message>
<message><source>Default earthquake catalogue</source><translation>Catálogo de terremotos predeterminado</translation></message>
<message><source>Default elevation model</source><translation>Modelo de elevación predeterminado</translation></message>
<message><source>Deformation present, cause uncertain</source><translation>Hay deformación, causa incierta</translation></message>
<message><source>Deformed ground: {area} km²</source><translation>Terreno deformado: {area} km²</translation></message>
<message><source>Detect earthquakes</source><translation>Detectar terremotos</translation></message>
<message><source>Detect earthquakes in the active layer</source><translation>Detectar terremotos en la capa activa</translation></message>
<message><source>Detection</source><translation>Detección</translation></message>
<message><source>Detection is running on “{name}” already; wait for the result or cancel that run.</source><translation>Ya hay una detección en marcha en «{name}»; espere el resultado o cancélela.</translation></message>
<message><source>Diagnose</source><translation>Diagnóstico</translation></message>
<message><source>Displacement style</source><translation>Estilo de desplazamiento</translation></message>
<message><source>Display</source><translation>Visualización</translation></message>
<message><source>Distance ({unit})</source><translation>Distancia ({unit})</translation></message>
<message><source>Draw a line</source><translation>Dibujar una línea</translation></message>
<message><source>Each sample is the mean of so many pixels in both directions</source><translation>Cada muestra es la media de tantos píxeles en ambas direcciones</translation></message>
<message><source>Earlier runs of this project</source><translation>Búsquedas anteriores de este proyecto</translation></message>
<message><source>Earthquake</source><translation>Terremoto</translation></message>
<message><source>Earthquake present</source><translation>Hay un terremoto</translation></message>
<message><source>Earthquakes to compare with: a point layer, or a file such as QuakeML or USGS CSV.</source><translation>Terremotos para comparar: una capa de puntos o un archivo, como QuakeML o CSV del USGS.</translation></message>
<message><source>Elevation</source><translation>Elevación</translation></message>
<message><source>Elevation model in metres, for corrections and vectors that depend on height.</source><translation>Modelo de elevación en metros, para correcciones y vectores que dependen de la altura.</translation></message>
<message><source>Elevation model in metres, in any CRS.</source><translation>Modelo de elevación en metros, en cualquier SRC.</translation></message>
<message><source>Estimate magnitude, depth and mechanism from the selected box</source><translation>Estimar magnitud, profundidad y mecanismo a partir del recuadro elegido</translation></message>
<message><source>Estimate the earthquake's source</source><translation>Estimar la fuente del terremoto</translation></message>
<message><source>Estimates magnitude, depth, mechanism and size of an earthquake from interferograms.</source><translation>Estima magnitud, profundidad, mecanismo y tamaño de un terremoto a partir de interferogramas.</translation></message>
<message><source>Export the plot as PNG</source><translation>Exportar el gráfico como PNG</translation></message>
<message><source>Export the profile</source><translation>Exportar el perfil</translation></message>
<message><source>Export the profile as CSV</source><translation>Exportar el perfil como CSV</translation></message>
<message><source>Extent</source><translation>Extensión</translation></message>
<message><source>First look at the coarsest scales. The search goes on.</source><translation>Primera impresión con las escalas más gruesas. La búsqueda continúa.</translation></message>
<message><source>Folder of results</source><translation>Carpeta de resultados</translation></message>
<message><source>Folder of the small virtual rasters that point into the product.</source><translation>Carpeta de los pequeños rásteres virtuales que apuntan al producto.</translation></message>
<message><source>Fringe when re-wrapping</source><translation>Franja al reenvolver</translation></message>
<message><source>GeoPackage with a polygon for each deformed area, its probability and its figures.</source><translation>GeoPackage con un polígono por zona deformada, su probabilidad y sus cifras.</translation></message>
<message><source>GeoTIFF with a band for each attention head of the network, 0 to 1.</source><translation type="unfinished"></translation></message>
<message><source>GeoTIFF with the network's attention, 0 to 1, in the CRS of the scene.</source><translation>GeoTIFF con la atención de la red, de 0 a 1, en el SRC de la escena.</translation></message>
<message><source>Guide</source><translation>Guía</translation></message>
<message><source>Hazard page</source><translation>Página de peligrosidad</translation></message>
<message><source>Hazard…</source><translation>Peligrosidad…</translation></message>
<message><source>Heatmap</source><translation>Mapa de calor</translation></message>
<message><source>Heatmap, boxes, report and result go to a new folder in this one, named after scene and time. In batch mode fill in this column and leave those of the files blank.</source><translation type="unfinished"></translation></message>
<message><source>Heights in metres, in any CRS and resolution. Empty: the product's own, if it has one.</source><translation>Alturas en metros, en cualquier SRC y resolución. Vacío: las del producto, si las tiene.</translation></message>
<message><source>Help</source><translation>Ayuda</translation></message>
<message><source>Help on this panel</source><translation>Ayuda sobre este panel</translation></message>
<message><source>Hide below</source><translation>Ocultar por debajo de</translation></message>
<message><source>Interferogram</source><translation>Interferograma</translation></message>
<message><source>JSON with everything: input, settings, model, backend, boxes, timings.</source><translation>JSON con todo: entrada, ajustes, modelo, motor, recuadros y tiempos.</translation></message>
<message><source>Keep a map of each attention head and of the mask as well; see Display.</source><translation type="unfinished"></translation></message>
<message><source>Keep results</source><translation>Guardar los resultados</translation></message>
<message><source>L band</source><translation>banda L</translation></message>
<message><source>Layer</source><translation>Capa</translation></message>
<message><source>Layer of a product with several, or a part of its name, such as frequencyB or VV.</source><translation>Capa de un producto con varias, o una parte de su nombre, como frequencyB o VV.</translation></message>
<message><source>Leave out pixels of lower coherence.</source><translation>Excluir píxeles de menor coherencia.</translation></message>
<message><source>Leave out pixels of lower coherence. Empty: the product's own rule; 0 keeps all.</source><translation>Excluir píxeles de menor coherencia. Vacío: la regla del producto; 0 los conserva todos.</translation></message>
<message><source>Line layer with faults; the report names the nearest to each box.</source><translation>Capa de líneas con fallas; el informe nombra la más cercana a cada recuadro.</translation></message>
<message><source>Line-of-sight displacement along a line through the box</source><translation>Desplazamiento en la línea de vista a lo largo de una línea que cruza el recuadro</translation></message>
<message><source>Lists versions, backends with their speed and the model, and explains problems.</source><translation>Enumera versiones, motores con su velocidad y el modelo, y explica los problemas.</translation></message>
<message><source>Loads the layers of an InSAR product as delivered, with position and style.</source><translation>Carga las capas de un producto InSAR tal como se entrega, con posición y estilo.</translation></message>
<message><source>Lowest coherence</source><translation>Coherencia mínima</translation></message>
<message><source>Model {version}  ·  {backend}</source><translation>Modelo {version}  ·  {backend}</translation></message>
<message><source>More files of the same track and pass, which are joined to the interferogram.</source><translation>Más archivos de la misma traza y pasada, que se unen al interferograma.</translation></message>
<message><source>Names of the catalogue's columns, if they are not recognised by themselves.</source><translation>Nombres de las columnas del catálogo, si no se reconocen por sí solas.</translation></message>
<message><source>No deformation found</source><translation>No se encontró deformación</translation></message>
<message><source>No earthquake found</source><translation>No se encontró ningún terremoto</translation></message>
<message><source>Note: {warnings}</source><translation>Nota: {warnings}</translation></message>
<message><source>One HTML page with the verdict, maps, boxes and everything that was worked out.</source><translation>Una página HTML con el veredicto, mapas, recuadros y todo lo que se dedujo.</translation></message>
<message><source>One fringe</source><translation>Una franja</translation></message>
<message><source>One fringe is {cm} cm</source><translation>Una franja son {cm} cm</translation></message>
<message><source>Opacity</source><translation>Opacidad</translation></message>
<message><source>Open InSAR product</source><translation>Abrir producto InSAR</translation></message>
<message><source>Open again</source><translation>Abrir de nuevo</translation></message>
<message><source>Open folder</source><translation>Abrir la carpeta</translation></message>
<message><source>Open product folder…</source><translation>Abrir carpeta de producto…</translation></message>
<message><source>Open product…</source><translation>Abrir producto…</translation></message>
<message><source>Open report</source><translation>Abrir el informe</translation></message>
<message><source>Open the report of this result</source><translation>Abrir el informe de este resultado</translation></message>
<message><source>Options</source><translation>Opciones</translation></message>
<message><source>Other deformation</source><translation>Otra deformación</translation></message>
<message><source>Other deformation present</source><translation>Hay otra deformación</translation></message>
<message><source>PNG…</source><translation>PNG…</translation></message>
<message><source>Peak: line-of-sight change against the ground around, + towards the satellite.</source><translation>Máximo: cambio en la línea de visión respecto al terreno de alrededor, + hacia el satélite.</translation></message>
<message><source>Pixel size</source><translation>Tamaño de píxel</translation></message>
<message><source>Plot of the profile</source><translation>Gráfico del perfil</translation></message>
<message><source>Point layer with earthquakes to compare with.</source><translation>Capa de puntos con terremotos para comparar.</translation></message>
<message><source>Positive is</source><translation>Lo positivo es</translation></message>
<message><source>Press Enter to zoom the map to a box.</source><translation>Pulse Intro para acercar el mapa a un recuadro.</translation></message>
<message><source>Probability for “present”</source><translation>Probabilidad para «presente»</translation></message>
<message><source>Probability from which an earthquake is called present.</source><translation>Probabilidad desde la que un terremoto se da por presente.</translation></message>
<message><source>Probability from which an earthquake is called present. Empty: the model's own threshold.</source><translation>Probabilidad desde la que un terremoto se da por presente. Vacío: el umbral del modelo.</translation></message>
<message><source>Product</source><translation>Producto</translation></message>
<message><source>Profile along a line</source><translation>Perfil a lo largo de una línea</translation></message>
<message><source>Profile through box {rank}</source><translation>Perfil por el recuadro {rank}</translation></message>
<message><source>Progress of the search</source><translation>Progreso de la búsqueda</translation></message>
<message><source>QuakeFringe panel</source><translation>Panel de QuakeFringe</translation></message>
<message><source>QuakeFringe profile</source><translation>Perfil de QuakeFringe</translation></message>
<message><source>QuakeFringe profile: {name}</source><translation>Perfil de QuakeFringe: {name}</translation></message>
<message><source>Quantity</source><translation>Magnitud</translation></message>
<message><source>Re-wrap</source><translation>Reenvolver</translation></message>
<message><source>Reading…</source><translation>Leyendo…</translation></message>
<message><source>Remove from this list</source><translation>Quitar de esta lista</translation></message>
<message><source>Replaces the unit that the file states. A unit of length means displacement.</source><translation>Sustituye la unidad que indica el archivo. Una unidad de longitud significa desplazamiento.</translation></message>
<message><source>Report</source><translation>Informe</translation></message>
<message><source>Report of the active result</source><translation>Informe del resultado activo</translation></message>
<message><source>Reset to defaults</source><translation>Restablecer valores</translation></message>
<message><source>Runs of this project</source><translation>Búsquedas de este proyecto</translation></message>
<message><source>Safe step</source><translation>Paso seguro</translation></message>
<message><source>Sample: Gorkha 2015</source><translation>Ejemplo: Gorkha 2015</translation></message>
<message><source>Scales</source><translation>Escalas</translation></message>
<message><source>Search only this many of the coarsest scales.</source><translation>Buscar solo en este número de las escalas más gruesas.</translation></message>
<message><source>Search only this many of the coarsest scales. Empty: all, down to about 20 km.</source><translation>Buscar solo en este número de las escalas más gruesas. Vacío: todas, hasta unos 20 km.</translation></message>
<message><source>Search only this part of the scene, in any CRS. Empty: the whole scene.</source><translation>Buscar solo en esta parte de la escena, en cualquier SRC. Vacío: toda la escena.</translation></message>
<message><source>Search only this part: of the map, of a layer, or drawn.</source><translation>Buscar solo en esta parte: la del mapa, la de una capa o una dibujada.</translation></message>
<message><source>Search the active layer for earthquakes</source><translation>Buscar terremotos en la capa activa</translation></message>
<message><source>Searching “{scene}” for earthquakes…</source><translation>Buscando terremotos en «{scene}»…</translation></message>
<message><source>Set the layer's coordinate system, from which the size of a pixel follows</source><translation type="unfinished"></translation></message>
<message><source>Setup</source><translation>Instalación</translation></message>
<message><source>Show the active unwrapped or displacement layer as fringes of this size</source><translation>Mostrar la capa activa desenvuelta o de desplazamiento como franjas de este tamaño</translation></message>
<message><source>Single heads and mask</source><translation type="unfinished"></translation></message>
<message><source>Size in metres of the cells into which a table of points is averaged. Empty: 100.</source><translation>Tamaño en metros de las celdas en las que se promedia una tabla de puntos. Vacío: 100.</translation></message>
<message><source>Source…</source><translation>Fuente…</translation></message>
<message><source>Such as 2015-04-17 2015-04-29. Empty: those of the product.</source><translation type="unfinished"></translation></message>
<message><source>The band to read, for files with several. Empty: worked out.</source><translation>La banda que se lee, en archivos con varias. Vacío: se deduce.</translation></message>
<message><source>The file cannot be read ({error}); choose another one.</source><translation type="unfinished"></translation></message>
<message><source>The file, folder or archive as delivered. Several paths with ; between them.</source><translation>El archivo, la carpeta o el comprimido tal como se entrega. Varias rutas separadas por ;.</translation></message>
<message><source>The interferogram of this result is not in the project; add it and search again.</source><translation type="unfinished"></translation></message>
<message><source>The layer has no coordinate system; state the width of its pixels.</source><translation type="unfinished"></translation></message>
<message><source>The library that runs the network.</source><translation>La biblioteca que ejecuta la red.</translation></message>
<message><source>The motion that positive values mean, if the file's sign is wrong or missing.</source><translation>El movimiento que indican los valores positivos, si el signo del archivo falta o es erróneo.</translation></message>
<message><source>The report does not exist any more.</source><translation>El informe ya no existe.</translation></message>
<message><source>The report “{path}” does not exist any more; search the interferogram again.</source><translation>El informe «{path}» ya no existe; busque de nuevo en el interferograma.</translation></message>
<message><source>The result has no box.</source><translation>El resultado no tiene recuadros.</translation></message>
<message><source>The sample is missing; install the plugin again.</source><translation>Falta el ejemplo; instale el complemento de nuevo.</translation></message>
<message><source>This version of the plugin does not have this step.</source><translation>Esta versión del complemento no tiene este paso.</translation></message>
<message><source>Threads</source><translation>Hilos</translation></message>
<message><source>Threshold</source><translation>Umbral</translation></message>
<message><source>Towards the satellite (cm)</source><translation>Hacia el satélite (cm)</translation></message>
<message><source>Towards the satellite (fringes)</source><translation>Hacia el satélite (franjas)</translation></message>
<message><source>Try it on the sample</source><translation>Probar con el ejemplo</translation></message>
<message><source>Tutorial</source><translation>Tutorial</translation></message>
<message><source>Uncertain</source><translation>Incierto</translation></message>
<message><source>Unit</source><translation>Unidad</translation></message>
<message><source>Verdict</source><translation>Veredicto</translation></message>
<message><source>Wavelength</source><translation>Longitud de onda</translation></message>
<message><source>Wavelength of the radar in metres, 0.0555 for Sentinel-1. Empty: the product's.</source><translation>Longitud de onda del radar en metros, 0.0555 para Sentinel-1. Vacío: la del producto.</translation></message>
<message><source>What the ground did, and who lives there</source><translation>Qué hizo el terreno y quién vive allí</translation></message>
<message><source>What the values are. “auto” decides from the name, the tags and the values.</source><translation>Qué son los valores. «auto» decide por el nombre, las etiquetas y los valores.</translation></message>
<message><source>Width of a pixel in metres, for rasters without a coordinate system.</source><translation type="unfinished"></translation></message>
<message><source>Words in the names of the layers to load, such as: unwrapped coherence.</source><translation>Palabras de los nombres de las capas que se cargan, como: unwrapped coherence.</translation></message>
<message><source>Wrapped or unwrapped phase, complex values or line-of-sight displacement: a raster layer, or the path of a product's file, folder or archive. Several paths with ; between them are joined.</source><translation>Fase envuelta o desenvuelta, valores complejos o desplazamiento en la línea de visión: una capa ráster, o la ruta del archivo, la carpeta o el comprimido de un producto. Varias rutas separadas por ; se unen.</translation></message>
<message><source>Wrapped phase is always relative to the start of the line</source><translation>La fase envuelta siempre es relativa al inicio de la línea</translation></message>
<message><source>Wrapped phase style</source><translation>Estilo de fase envuelta</translation></message>
<message><source>Wrapped phase that changes by more from sample to sample is marked as unsafe</source><translation>La fase envuelta que cambia más de una muestra a otra se marca como insegura</translation></message>
<message><source>Write the text as an HTML page as well.</source><translation>Escribir el texto también como página HTML.</translation></message>
<message><source>Zero at the start</source><translation>Cero al inicio</translation></message>
<message><source>Zones of uplift and subsidence, tilt, shaking, and the people and buildings in them.</source><translation>Zonas de elevación y hundimiento, inclinación, sacudida, y las personas y edificios que hay en ellas.</translation></message>
<message><source>about {count} min left</source><translation>quedan unos {count} min</translation></message>
<message><source>about {count} s left</source><translation>quedan unos {count} s</translation></message>
<message><source>all</source><translation>todas</translation></message>
<message><source>almost done</source><translation>casi listo</translation></message>
<message><source>as in the settings</source><translation>según los ajustes</translation></message>
<message><source>auto</source><translation>auto</translation></message>
<message><source>auto: {value}</source><translation>auto: {value}</translation></message>
<message><source>automatic: the faster one</source><translation>automático: el más rápido</translation></message>
<message><source>away from the satellite</source><translation>alejándose del satélite</translation></message>
<message><source>beside the interferogram</source><translation>junto al interferograma</translation></message>
<message><source>beside the project</source><translation>junto al proyecto</translation></message>
<message><source>combined attention</source><translation>atención combinada</translation></message>
<message><source>displacement</source><translation>desplazamiento</translation></message>
<message><source>estimating the time…</source><translation>calculando el tiempo…</translation></message>
<message><source>head {number}</source><translation type="unfinished"></translation></message>
<message><source>in one folder</source><translation>en una carpeta</translation></message>
<message><source>mask of deformed ground</source><translation type="unfinished"></translation></message>
<message><source>missing</source><translation>falta</translation></message>
<message><source>no boxes</source><translation>sin recuadros</translation></message>
<message><source>none</source><translation>ninguno</translation></message>
<message><source>not known</source><translation>desconocido</translation></message>
<message><source>of the model</source><translation>del modelo</translation></message>
<message><source>of the product</source><translation>del producto</translation></message>
<message><source>one for each core</source><translation>uno por núcleo</translation></message>
<message><source>one fringe</source><translation>una franja</translation></message>
<message><source>one fringe: {cm} cm</source><translation>una franja: {cm} cm</translation></message>
<message><source>peak {cm} cm</source><translation>máximo {cm} cm</translation></message>
<message><source>pixels</source><translation>píxeles</translation></message>
<message><source>plain raster</source><translation type="unfinished"></translation></message>
<message><source>single heads and mask: search again</source><translation type="unfinished"></translation></message>
<message><source>temporary</source><translation>temporal</translation></message>
<message><source>temporary, until QGIS closes</source><translation>temporales, hasta que QGIS se cierre</translation></message>
<message><source>that it shows other deformation</source><translation>de que muestre otra deformación</translation></message>
<message><source>that the ground deformed</source><translation>de que el terreno se deformara</translation></message>
<message><source>that the scene shows an earthquake</source><translation>de que la escena muestre un terremoto</translation></message>
<message><source>too dense to be measured</source><translation>demasiado denso para medirse</translation></message>
<message><source>towards the satellite</source><translation>hacia el satélite</translation></message>
<message><source>unwrapped phase</source><translation>fase desenvuelta</translation></message>
<message><source>whole scene</source><translation>toda la escena</translation></message>
<message><source>wrapped phase</source><translation>fase envuelta</translation></message>
<message><source>{count} boxes of an earthquake</source><translation>{count} recuadros de terremoto</translation></message>
<message><source>{count} boxes of other deformation</source><translation>{count} recuadros de otra deformación</translation></message>
<message><source>{count} fringes</source><translation>{count} franjas</translation></message>
<message><source>{percent}: the probability of deformation of this kind inside this box. The verdict weighs the whole scene, so it can be higher.</source><translation>{percent}: la probabilidad de deformación de este tipo dentro de este recuadro. El veredicto pondera toda la escena, así que puede ser mayor.</translation></message>
<message><source>{scene}: cancelled; no files were written.</source><translation>{scene}: cancelado; no se escribió ningún archivo.</translation></message>
<message><source>“auto” uses onnxruntime if QGIS' Python has it, and numpy otherwise.</source><translation>«auto» usa onnxruntime si el Python de QGIS lo tiene; si no, numpy.</translation></message>
<message><source>“plain” reads a plain raster, whatever product its name suggests.</source><translation type="unfinished"></translation></message>
</context>
</TS>
